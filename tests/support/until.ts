export interface UntilOptions {
  /** Milliseconds; generous, since it is only a limit. */
  timeoutMs?: number;
  /** Milliseconds between two looks. */
  everyMs?: number;
  /** What is waited for, for the message: "the server to answer". */
  what?: string;
}

/** The real one, also while a test has timers of its own. */
const { setTimeout: realSetTimeout } = globalThis;

/**
 * Looks again and again until `check` gives something other than false, null or undefined, and returns that. A check that
 * throws ends the wait with its error. Rejects after `timeoutMs` (default 120 s).
 */
export async function until<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 120_000, everyMs = 50, what = 'a condition' }: UntilOptions = {},
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const result = await check();
    if (isThere(result)) return result;
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${what}.`);
    await new Promise((resolve) => realSetTimeout(resolve, everyMs));
  }
}

function isThere<T>(value: T): value is Exclude<T, false | null | undefined> {
  return value !== false && value !== null && value !== undefined;
}
