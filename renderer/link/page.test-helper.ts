import { vi } from 'vitest';
import type { Bridge } from '../../shared/bridge.ts';

/** What a page's storage does; `isForbidden`: every access throws, as in a browser that blocks it. */
export class FakeStorage {
  isForbidden = false;
  private readonly items = new Map<string, string>();

  getItem(key: string): string | null {
    this.check();
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.check();
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.check();
    this.items.delete(key);
  }

  get kept(): Record<string, string> {
    return Object.fromEntries(this.items);
  }

  private check(): void {
    if (this.isForbidden) throw new DOMException('The operation is insecure.', 'SecurityError');
  }
}

/**
 * The little of a page that the session looks at, since Node has none: address bar, history, storage, the app's bridge. Lasts until
 * `vi.unstubAllGlobals()`.
 */
export function fakePage(address: string, lightdeck?: Pick<Bridge, 'connection'>) {
  const listeners = new Set<() => void>();
  const page = {
    address: new URL(address),
    sessionStorage: new FakeStorage(),
    localStorage: new FakeStorage(),
    /** What its user answers to questions, in order. */
    confirms: [] as boolean[],
    /** Opens an address that differs only behind its `#`. */
    follow(hash: string) {
      page.address = new URL(hash, page.address);
      for (const listener of listeners) listener();
    },
    get listeners() {
      return listeners.size;
    },
  };
  vi.stubGlobal('sessionStorage', page.sessionStorage);
  vi.stubGlobal('localStorage', page.localStorage);
  vi.stubGlobal('window', {
    sessionStorage: page.sessionStorage,
    localStorage: page.localStorage,
    get location() {
      return page.address;
    },
    addEventListener: (name: string, listener: () => void) =>
      name === 'hashchange' && listeners.add(listener),
    removeEventListener: (_name: string, listener: () => void) => listeners.delete(listener),
    confirm: (_question: string) => {
      const answer = page.confirms.shift();
      if (answer === undefined) throw new Error('nobody is there to answer');
      return answer;
    },
    history: {
      replaceState: (_state: unknown, _title: string, to: string) => {
        page.address = new URL(to, page.address);
      },
    },
    ...(lightdeck ? { lightdeck } : {}),
  });
  return page;
}
