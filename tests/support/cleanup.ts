import { afterAll, onTestFinished } from 'vitest';

export type Dispose = () => void | Promise<void>;

/** Where a helper registers its disposer: vitest's `onTestFinished` for one test, `suiteCleanup()` for a whole file or describe. */
export type OnEnd = (dispose: Dispose) => void;

export interface Closable {
  close(): void | Promise<void>;
}

/**
 * Registers the disposer in the same expression that acquires: `const host = own(await startHost({ dataDir }))`.
 * By default the resource ends with the test; disposers run in reverse order.
 */
export function own<T extends Closable>(resource: T, onEnd: OnEnd = onTestFinished): T {
  onEnd(() => resource.close());
  return resource;
}

/**
 * To be called at the top of a file or in a describe: what is registered with the result is undone after its last test,
 * in reverse order, each one even if another failed; the first failure is thrown at the end.
 */
export function suiteCleanup(): OnEnd {
  const disposers: Dispose[] = [];
  afterAll(async () => {
    const failures: unknown[] = [];
    for (const dispose of disposers.reverse()) {
      try {
        await dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  });
  return (dispose) => {
    disposers.push(dispose);
  };
}
