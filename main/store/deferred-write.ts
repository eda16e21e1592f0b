import { Backoff } from '../lib/backoff.ts';
import { Scope } from '../lib/scope.ts';
import type { StoreHealth } from './health.ts';

/** Between two tries while writes fail, in ms, unless the store is known to be well before. */
const firstPauseMs = 1000;
const longestPauseMs = 60_000;

export interface DeferredWriteOptions {
  /** For the log, without secrets: `sessions`, `the record of changes`. */
  what: string;
  /** Writes all that waits, and forgets it only then. Throws if it can't. What waits is its owner's, and so is its bound. */
  write: () => void;
  /** Told of each failure, and says when it is worth another try. */
  health?: Pick<StoreHealth, 'reportFailure' | 'reportSuccess' | 'onChange'> | undefined;
  /** In ms; for tests. */
  pauses?: { first: number; max: number };
}

/**
 * A write that nobody waits for (bookkeeping): it is done at once if that works, else again later, with growing pauses and as
 * soon as the store is well. Never throws, so that a full disk keeps nobody from what they came for.
 */
export class DeferredWrite {
  private readonly options: DeferredWriteOptions;
  private readonly scope = new Scope();
  private readonly backoff: Backoff;
  private failing = false;
  private cancel: () => void = () => {};

  constructor(options: DeferredWriteOptions) {
    this.options = options;
    this.backoff = new Backoff(options.pauses ?? { first: firstPauseMs, max: longestPauseMs });
    const dispose = options.health?.onChange((state) => {
      if (state.status === 'ok' && this.failing) this.attempt();
    });
    if (dispose) this.scope.add(dispose);
  }

  /** Whether the last try failed: another one is due. */
  get isFailing(): boolean {
    return this.failing;
  }

  /** There is something to write. While writes fail it waits for the next try. */
  request(): void {
    if (!this.failing) this.attempt();
  }

  /** A last try. Nothing is written after this. */
  close(): void {
    if (this.scope.isClosed) return;
    if (this.failing) this.attempt();
    this.scope.close();
  }

  /** Tries now, whatever the pauses. */
  attempt(): void {
    const { write, health, what } = this.options;
    try {
      write();
    } catch (error) {
      this.failing = true;
      this.later();
      health?.reportFailure(error, what);
      return;
    }
    this.failing = false;
    this.cancel();
    this.backoff.reset();
    health?.reportSuccess();
  }

  private later(): void {
    this.cancel();
    this.cancel = this.scope.timeout(() => this.attempt(), this.backoff.next());
  }
}
