/** One figure over time: the newest `capacity` points. Times are Unix milliseconds, growing; null is a gap. */
export class Series {
  readonly times: number[] = [];
  readonly values: (number | null)[] = [];
  private readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** A point that is not newer than the last one replaces it. */
  push(time: number, value: number | null): void {
    const last = this.times.at(-1);
    if (last !== undefined && time <= last) {
      this.values[this.values.length - 1] = value;
      return;
    }
    this.times.push(time);
    this.values.push(value);
    if (this.times.length > this.capacity) {
      this.times.shift();
      this.values.shift();
    }
  }

  /** Older points, growing, which go before all that are there; as many as there is room for. */
  seed(times: readonly number[], values: readonly (number | null)[]): void {
    const first = this.times[0] ?? Number.POSITIVE_INFINITY;
    const end = times.findIndex((time) => time >= first);
    const count = end < 0 ? times.length : end;
    const from = Math.max(0, count - (this.capacity - this.times.length));
    this.times.unshift(...times.slice(from, count));
    this.values.unshift(...values.slice(from, count));
  }

  get last(): number | null {
    return this.values.at(-1) ?? null;
  }
}

/** Turns a running total into a rate per second. A total that became smaller began anew. */
export class Rate {
  private total: number | null = null;
  private at = 0;

  /** Units per second since the last reading; null at the first one. */
  next(total: number, at: number): number | null {
    const { total: before, at: since } = this;
    this.total = total;
    this.at = at;
    if (before === null || total < before || at <= since) return null;
    return ((total - before) * 1000) / (at - since);
  }
}
