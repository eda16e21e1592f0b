import { z } from 'zod';
import type { Bridge } from '../../shared/bridge.ts';
import { type Connection, connectionSchema } from '../../shared/model/connection.ts';

declare global {
  interface Window {
    /** Only in the desktop app. */
    lightdeck?: Bridge;
  }
}

const storageKey = 'lightdeck.token';

/** Where a browser keeps the token: for this tab, or for good if the user asked for it. */
export interface TokenPlace {
  read(): string | null;
  write(token: string, forGood: boolean): void;
  clear(): void;
}

/** The browser's own storage. A browser that forbids it only forgets the token at the next load. */
export const browserPlace: TokenPlace = {
  read: () => quietly(() => sessionStorage.getItem(storageKey) ?? localStorage.getItem(storageKey)) ?? null,
  write(token, forGood) {
    quietly(() => (forGood ? localStorage : sessionStorage).setItem(storageKey, token));
  },
  clear() {
    quietly(() => sessionStorage.removeItem(storageKey));
    quietly(() => localStorage.removeItem(storageKey));
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

const fragmentSchema = z.object({ token: z.string().nullable() });

/** The token out of a link's `#token=…`, which is taken out of the address bar and the history at once. */
export function takeLinkToken(): string | null {
  const fragment = new URLSearchParams(window.location.hash.slice(1));
  const { token } = fragmentSchema.parse({ token: fragment.get('token') });
  if (token !== null)
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return token;
}
