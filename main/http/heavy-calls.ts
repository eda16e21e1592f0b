import { LightdeckError } from '../../shared/errors.ts';
import type { Grant } from '../auth/contract.ts';
import { Limiter } from '../lib/limiter.ts';

/** B6: calls of heavy routes that one token may have under way, until their answers are taken. */
const maxPerToken = 8;
/** Of all that are admitted, those that are worked on at the same time: each may take tens of megabytes. */
const atOnce = 1;

/** One more than this token may have: soon tried again. */
export class TooManyCalls extends LightdeckError {
  readonly retryAfterSeconds = 1;

  constructor() {
    super(
      'rate_limited',
      `This token has ${maxPerToken} large calls under way already; wait for their answers`,
    );
  }
}

/** Keeps large answers from taking the host's memory and time: so many for each token, one at a time, and who has fewest goes first. */
export class HeavyCalls {
  private readonly counts = new Map<string | null, number>();
  private readonly turns = new Limiter(atOnce);

  /** Counts a call; returns how it is taken back, once. Throws TooManyCalls. */
  admit({ tokenId }: Pick<Grant, 'tokenId'>): () => void {
    const count = this.of(tokenId);
    if (count >= maxPerToken) throw new TooManyCalls();
    this.counts.set(tokenId, count + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const left = this.of(tokenId) - 1;
      if (left > 0) this.counts.set(tokenId, left);
      else this.counts.delete(tokenId);
    };
  }

  /** Does the work in its turn. */
  run<T>({ tokenId }: Pick<Grant, 'tokenId'>, work: () => Promise<T>): Promise<T> {
    return this.turns.run(work, { priority: this.of(tokenId) });
  }

  private of(tokenId: string | null): number {
    return this.counts.get(tokenId) ?? 0;
  }
}
