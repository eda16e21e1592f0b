import { afterAll, onTestFinished } from 'vitest';

export type Undo = () => void | Promise<void>;

/** Where a helper registers its undo: vitest's `onTestFinished` for one test, `suiteCleanup()` for a whole file or describe. */
export type OnEnd = (undo: Undo) => void;

export interface Closable {
  close(): void | Promise<void>;
}

/**
 * Registers the undo in the same expression that acquires: `const host = own(await startHost({ dataDir }))`.
 * By default the resource ends with the test; undos run in reverse order.
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
  const undos: Undo[] = [];
  afterAll(async () => {
    const failures: unknown[] = [];
    for (const undo of undos.reverse()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  });
  return (undo) => {
    undos.push(undo);
  };
}
