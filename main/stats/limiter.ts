/**
 * Runs at most `limit` tasks at a time, the others in the order they came. A task must not reject. What waits is bounded
 * by the caller (the sampler has one task per server). After `close` nothing that waits is begun.
 */
export class Limiter {
  private readonly limit: number;
  private active = 0;
  private waiting: (() => Promise<void>)[] = [];
  private closed = false;

  constructor(limit: number) {
    this.limit = limit;
  }

  run(task: () => Promise<void>): void {
    if (this.closed) return;
    this.waiting.push(task);
    this.next();
  }

  close(): void {
    this.closed = true;
    this.waiting = [];
  }

  private next(): void {
    while (this.active < this.limit) {
      const task = this.waiting.shift();
      if (task === undefined) return;
      this.active += 1;
      void task().finally(() => {
        this.active -= 1;
        this.next();
      });
    }
  }
}
