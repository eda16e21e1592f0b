import { DeferredWrite, type DeferredWriteOptions } from './deferred-write.ts';

export interface RetriedWrite {
  /** Must be idempotent and write what is true when it is called; it may throw. */
  work: () => void;
  /** Called once when it fails for the first time. */
  onFailed: (error: unknown) => void;
  /** Called once when it succeeds after that. */
  onDone: () => void;
}

/** `what` names the writes for the log. */
export type RetriedWritesOptions = Omit<DeferredWriteOptions, 'write'>;

/**
 * Deferred writes by key, for what has happened already and so can't be refused: the state of a container that has ended,
 * say. One that fails is kept under its key, the newest of a key alone, and tried again for as long as it takes; its owner is told
 * once. So a full disk is a state that is told, not an exception in a timer. Bounded by the number of keys.
 */
export class RetriedWrites {
  private readonly waiting = new Map<string, RetriedWrite>();
  private readonly deferred: DeferredWrite;

  constructor(options: RetriedWritesOptions) {
    this.deferred = new DeferredWrite({ ...options, write: () => this.writeWaiting() });
  }

  /** How many keys have a write that has not succeeded yet. */
  get size(): number {
    return this.waiting.size;
  }

  /** Tries at once; never throws. */
  write(key: string, write: RetriedWrite): void {
    const failedBefore = this.waiting.has(key);
    try {
      write.work();
    } catch (error) {
      this.waiting.set(key, write);
      if (!failedBefore) write.onFailed(error);
      this.deferred.request();
      return;
    }
    this.waiting.delete(key);
    if (failedBefore) write.onDone();
  }

  /** What waits under the key is not wanted any more. */
  forget(key: string): void {
    this.waiting.delete(key);
  }

  /** A last attempt, and none after it. */
  close(): void {
    this.deferred.close();
  }

  /** Each on its own: one that can't be written keeps no other from it. Throws if one could not. */
  private writeWaiting(): void {
    const errors: unknown[] = [];
    for (const [key, write] of [...this.waiting]) {
      try {
        write.work();
      } catch (error) {
        errors.push(error);
        continue;
      }
      // A listener of an earlier one may have written it anew.
      if (this.waiting.get(key) === write) this.waiting.delete(key);
      write.onDone();
    }
    if (errors.length > 0) throw errors[0];
  }
}
