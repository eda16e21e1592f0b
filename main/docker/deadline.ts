/** Thrown by `withDeadline` when the time is up; `engine-errors.ts` turns it into the code `timeout`. */
export class DeadlineError extends Error {
  readonly ms: number;

  constructor(ms: number) {
    super(`no answer within ${ms / 1000} s`);
    this.name = 'DeadlineError';
    this.ms = ms;
  }
}

/**
 * Runs `work` with a signal that is aborted after `ms` milliseconds or by `outer`, and rejects at that moment even if
 * the work ignores it: with a DeadlineError, or with the outer signal's reason. Once the work has settled the signal
 * given to it is never aborted any more, so a stream that it returned lives on.
 */
export async function withDeadline<T>(
  ms: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer?.throwIfAborted();
  const controller = new AbortController();
  let giveUp: (reason: unknown) => void = () => {};
  const over = new Promise<never>((_, reject) => {
    giveUp = (reason) => {
      reject(reason);
      controller.abort(reason);
    };
  });
  const timer = setTimeout(() => giveUp(new DeadlineError(ms)), ms);
  const onOuter = () => giveUp(outer?.reason);
  outer?.addEventListener('abort', onOuter, { once: true });
  try {
    return await Promise.race([work(controller.signal), over]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', onOuter);
  }
}
