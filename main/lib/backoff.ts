/** Exponential back-off: `first`, doubled each time, at most `max` milliseconds, with up to `jitter` (a fraction) taken off. */
export class Backoff {
  private attempts = 0;
  private readonly options: { first: number; max: number; jitter: number };

  constructor(options: { first: number; max: number; jitter?: number }) {
    this.options = { jitter: 0, ...options };
  }

  next(): number {
    const { first, max, jitter } = this.options;
    const delay = Math.min(max, first * 2 ** Math.min(this.attempts, 30));
    this.attempts += 1;
    return delay * (1 - jitter * Math.random());
  }

  reset(): void {
    this.attempts = 0;
  }
}
