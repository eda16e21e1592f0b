import { vi } from 'vitest';

/**
 * A page's frames, since Node has none: `next()` is one; without it the page is hidden, and waits. Lasts until
 * `vi.unstubAllGlobals()`.
 */
export function fakeFrames() {
  let asked: (() => void)[] = [];
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => asked.push(callback));
  return {
    /** How many callbacks wait for the next frame. */
    get waiting(): number {
      return asked.length;
    },
    next(): void {
      const due = asked;
      asked = [];
      for (const callback of due) callback();
    },
  };
}
