import type { SourceState } from '../../shared/model/players.ts';
import { Backoff } from '../lib/backoff.ts';
import { Scope } from '../lib/scope.ts';
import type { QueryAnswer } from './query/contract.ts';

/** How often a server is asked, in ms: while somebody looks, and else. */
const lookedAtMs = 15_000;
const unseenMs = 60_000;
/** Somebody who asked so long ago looks, in ms. */
const looksMs = 40_000;
/** After the start, before it is asked for the first time, in ms. */
const firstMs = 5000;
/** Waits after failures in a row, in ms, and after how many it isn't asked any more. */
const patience = { first: 15_000, max: 10 * 60_000 };
const mostFailures = 10;
/** An answer so young answers for a new question, too, in ms. */
const youngMs = 5000;

export interface QueryClockOptions {
  /** Asks once; rejects with the reason that the signal has, or an error whose message says why. */
  ask: (signal: AbortSignal) => Promise<QueryAnswer>;
  onAnswer: (answer: QueryAnswer) => void;
  onFailure: () => void;
  /** Unix ms. */
  now: () => number;
}

/** Asks one run of a server again and again: seldom, more often while somebody looks, ever less where it doesn't answer, and in the end not at all. */
export class QueryClock {
  private readonly options: QueryClockOptions;
  private readonly scope = new Scope();
  private readonly backoff = new Backoff(patience);
  private failures = 0;
  private asking: Promise<void> | null = null;
  private current: SourceState = { state: 'waiting', why: '' };
  private cancel: () => void = () => {};
  private lookedAt = Number.NEGATIVE_INFINITY;
  private answeredAt: number | null = null;
  private dueAt: number;

  /** Begins at once; `close` ends it. */
  constructor(options: QueryClockOptions) {
    this.options = options;
    this.dueAt = options.now();
    this.later(firstMs);
  }

  get state(): SourceState {
    return this.current;
  }

  /** Somebody looks: for a while it is asked more often. */
  look(): void {
    const { now } = this.options;
    this.lookedAt = now();
    if (this.failures === 0 && this.dueAt > now() + lookedAtMs) this.later(lookedAtMs);
  }

  /** An answer that is not older than some seconds, whatever was before. Never rejects: `state` says what came of it. */
  async askNow(): Promise<void> {
    const { now } = this.options;
    if (this.current.state === 'ok' && this.answeredAt !== null && now() - this.answeredAt < youngMs) return;
    await this.turn();
  }

  close(): void {
    this.scope.close();
  }

  private later(ms: number): void {
    this.cancel();
    this.dueAt = this.options.now() + ms;
    this.cancel = this.scope.timeout(() => void this.turn(), ms);
  }

  private turn(): Promise<void> {
    this.cancel();
    this.asking ??= this.once().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async once(): Promise<void> {
    const { ask, onAnswer, onFailure, now } = this.options;
    try {
      const answer = await ask(this.scope.signal);
      if (this.scope.isClosed) return;
      this.failures = 0;
      this.backoff.reset();
      this.answeredAt = now();
      this.current = { state: 'ok', why: '' };
      onAnswer(answer);
      this.later(now() - this.lookedAt < looksMs ? lookedAtMs : unseenMs);
    } catch (error) {
      if (this.scope.isClosed) return;
      this.failures += 1;
      const why = error instanceof Error ? error.message : String(error);
      if (this.failures < mostFailures) {
        this.current = { state: 'failing', why };
        this.later(this.backoff.next());
      } else
        this.current = {
          state: 'off',
          why: `${why} (${this.failures} times in a row); it is asked again with its next start, or when you ask for it`,
        };
      onFailure();
    }
  }
}
