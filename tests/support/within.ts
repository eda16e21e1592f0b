/**
 * What the promise resolves to; rejects after `timeoutMs`, naming what did not come: for promises that would be waited for without end,
 * and nobody would know for what. It may be left alone when a test fails before it asks for it.
 */
export function within<T>(what: string, promise: Promise<T>, timeoutMs = 60_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Waited ${timeoutMs / 1000} s in vain for ${what}.`)),
      timeoutMs,
    );
  });
  const first = Promise.race([promise, late]).finally(() => clearTimeout(timer));
  first.catch(() => {});
  return first;
}
