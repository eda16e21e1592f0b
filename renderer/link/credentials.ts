import type { Bridge } from '../../shared/bridge.ts';
import { type Connection, connectionSchema } from '../../shared/model/connection.ts';

declare global {
  interface Window {
    /** Only in the desktop app. */
    lightdeck?: Bridge;
  }
}

const storageKey = 'lightdeck.token';

/** In the desktop app the bridge knows the way; in a browser the host is where the page came from. */
export const isDesktop = (): boolean => window.lightdeck !== undefined;

/** The token out of `#token=…`, which is removed from the address bar and the history, else the one of this tab. */
function browserToken(): string | null {
  const fragment = new URLSearchParams(window.location.hash.slice(1)).get('token');
  if (fragment) {
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
    keepToken(fragment);
  }
  return window.sessionStorage.getItem(storageKey);
}

export function keepToken(token: string): void {
  window.sessionStorage.setItem(storageKey, token);
}

export function forgetToken(): void {
  window.sessionStorage.removeItem(storageKey);
}

/** How to reach the host; null if a person must give a token first. */
export async function findConnection(): Promise<Connection | null> {
  if (window.lightdeck) return connectionSchema.parse(await window.lightdeck.connection());
  const token = browserToken();
  return token ? { url: window.location.origin, token } : null;
}

/**
 * A browser is not told why a socket was refused, so the API is asked with the same token. True only if the host is there
 * and says no; a host that can't be reached proves nothing.
 */
export async function isTokenRefused({ url, token }: Connection): Promise<boolean> {
  try {
    const headers = { authorization: `Bearer ${token}`, accept: 'Application/vnd.pkglatv1+json' };
    const reply = await fetch(`${url}/containers`, { headers, signal: AbortSignal.timeout(5_000) });
    return reply.status === 401;
  } catch {
    return false;
  }
}
