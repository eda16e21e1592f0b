import { Backoff } from '../lib/backoff.ts';

export interface RetriedWrite {
  /** Must be idempotent and write what is true when it is called; it may throw. */
  work: () => void;
  /** Called once when it fails for the first time. */
  onFailed: (error: unknown) => void;
  /** Called once when it succeeds after that. */
  onDone: () => void;
}

export interface RetriedWritesOptions {
  /** Waits between attempts, in ms. */
  firstMs?: number;
  maxMs?: number;
}

/**
 * Writes that nobody can be refused any more, since what they note has happened already: the state of a container that
 * has ended, say. One that fails is kept under its key, the newest of a key alone, and tried again with back-off for as
 * long as it takes. So a full disk is a state that is told, not an exception in a timer. Bounded by the number of keys.
 */
export class RetriedWrites {
  private readonly waiting = new Map<string, RetriedWrite>();
  private readonly backoff: Backoff;
  private timer: NodeJS.Timeout | null = null;

  constructor({ firstMs = 500, maxMs = 30_000 }: RetriedWritesOptions = {}) {
    this.backoff = new Backoff({ first: firstMs, max: maxMs });
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
      this.retryLater();
      return;
    }
    this.waiting.delete(key);
    if (failedBefore) write.onDone();
  }

  /** What waits under the key is not wanted any more. */
  forget(key: string): void {
    this.waiting.delete(key);
  }

  /** Tries all that waits once more. */
  flush(): void {
    for (const [key, write] of [...this.waiting]) {
      try {
        write.work();
      } catch {
        // It was told when it failed first, and goes on waiting.
        continue;
      }
      // A listener of an earlier one may have written it anew.
      if (this.waiting.get(key) === write) this.waiting.delete(key);
      write.onDone();
    }
    if (this.waiting.size === 0) this.backoff.reset();
  }

  /** A last attempt, and no more after it. */
  close(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.flush();
  }

  private retryLater(): void {
    if (this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.flush();
      if (this.waiting.size > 0) this.retryLater();
    }, this.backoff.next());
    this.timer.unref();
  }
}
