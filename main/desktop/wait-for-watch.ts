import type { HostWatch } from './contract.ts';

/** Resolves to true as soon as `isSo` (asked now and after each change), or to false after `ms` or when `signal` is aborted. Never rejects. */
export function waitForWatch(
  watch: HostWatch,
  isSo: () => boolean,
  { ms, signal }: { ms: number; signal?: AbortSignal | undefined },
): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (result: boolean): void => {
      clearTimeout(timer);
      dispose();
      signal?.removeEventListener('abort', stop);
      resolve(result);
    };
    const stop = (): void => end(false);
    const check = (): void => {
      if (isSo()) end(true);
    };
    const timer = setTimeout(stop, ms);
    // Before the first look, which may itself lead to changes.
    const dispose = watch.onChange(check);
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
    else check();
  });
}
