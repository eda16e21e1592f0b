import { setImmediate } from 'node:timers';

/** The longest time a timer can have, in ms (24.8 days); Node fires longer ones at once. */
const longestTimerMs = 2 ** 31 - 1;

export interface PauseOptions {
  /** Ends the pause early. Ask it afterwards, as after each `await`, whether to go on. */
  signal?: AbortSignal | undefined;
  /** Whether the pause alone keeps the process alive. Default: no. */
  keepsAlive?: boolean;
}

/**
 * Resolves after `ms`, or as soon as the signal is aborted; never rejects, and leaves no listener on the signal. A time that
 * is not above 0, and one whose signal was aborted before, is over in the next turn.
 */
export function pause(ms: number, { signal, keepsAlive = false }: PauseOptions = {}): Promise<void> {
  // In the next turn, too: one who pauses again and again without asking holds nobody else up.
  if (signal?.aborted) return new Promise((resolve) => void setImmediate(resolve));
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(ms, longestTimerMs));
    if (!keepsAlive) timer.unref();
    signal?.addEventListener('abort', end, { once: true });
  });
}

/**
 * Whether the work is done within `ms`. False: the time was over first, and the work goes on; it must then see to its own
 * failure, since a rejection is ignored from there on. Rejects as the work does before that.
 */
export async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const over = new AbortController();
  try {
    return await Promise.race([work.then(() => true), pause(ms, { signal: over.signal }).then(() => false)]);
  } finally {
    over.abort();
  }
}
