import type { Bridge } from '../../shared/bridge.ts';
import { type Connection, connectionSchema } from '../../shared/model/connection.ts';

declare global {
  interface Window {
    /** Only in the desktop app. */
    lightdeck?: Bridge;
  }
}

const storageKey = 'lightdeck.token';
/** When it expires, Unix milliseconds: known of sessions alone, which can be renewed. */
const expiryKey = 'lightdeck.expires';

/** Where a browser keeps the token: for this tab, or for good if the user asked for it. */
export interface TokenPlace {
  read(): string | null;
  write(token: string, forGood: boolean): void;
  /** Null: it is no session, or nobody knows. */
  readExpiry(): number | null;
  writeExpiry(at: number): void;
  isForGood(): boolean;
  clear(): void;
}

/** The browser's own storage. A browser that forbids it only forgets the token at the next load. */
export const browserPlace: TokenPlace = {
  read: () => quietly(() => sessionStorage.getItem(storageKey) ?? localStorage.getItem(storageKey)) ?? null,
  write(token, forGood) {
    quietly(() => (forGood ? localStorage : sessionStorage).setItem(storageKey, token));
  },
  readExpiry() {
    const text = quietly(() => sessionStorage.getItem(expiryKey) ?? localStorage.getItem(expiryKey));
    const at = Number(text ?? Number.NaN);
    return Number.isFinite(at) ? at : null;
  },
  writeExpiry(at) {
    const place = this.isForGood() ? 'localStorage' : 'sessionStorage';
    quietly(() => window[place].setItem(expiryKey, String(at)));
  },
  isForGood: () => quietly(() => localStorage.getItem(storageKey) !== null) ?? false,
  clear() {
    for (const key of [storageKey, expiryKey]) {
      quietly(() => sessionStorage.removeItem(key));
      quietly(() => localStorage.removeItem(key));
    }
  },
};

function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** In the desktop app the bridge knows the way; in a browser the host is where the page came from. */
export const isDesktop = (): boolean => window.lightdeck !== undefined;

/** Asks the desktop app; null in a browser. */
export async function desktopConnection(): Promise<Connection | null> {
  return window.lightdeck ? connectionSchema.parse(await window.lightdeck.connection()) : null;
}

/** What a link brings behind `#`: a token, or a secret that becomes a session once. */
type LinkCredential = { kind: 'token' | 'pair'; secret: string };

/** Whether the address has a credential behind its `#` now. */
export const hasLinkCredential = (): boolean => /^#(.*&)?(token|pair)=/.test(window.location.hash);

/** The credential out of the link (`#token=…`, `#pair=…`), which is taken out of the address bar and the history at once. */
export function takeLinkCredential(): LinkCredential | null {
  const fragment = new URLSearchParams(window.location.hash.slice(1));
  const [token, pair] = [fragment.get('token'), fragment.get('pair')];
  if (token === null && pair === null) return null;
  window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return pair === null ? { kind: 'token', secret: token ?? '' } : { kind: 'pair', secret: pair };
}

/** The secret of a pairing link that was pasted, or null if it is none. */
export function pairingSecretIn(text: string): string | null {
  return /#pair=(lightd_\S{13,})$/.exec(text.trim())?.[1] ?? null;
}
