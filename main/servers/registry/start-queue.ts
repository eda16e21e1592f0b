interface Waiting {
  order: number;
  work: () => Promise<void>;
}

/**
 * Starts that nobody at a screen waits for (after the host's start): the lowest order first, a few at once, so that a machine that has just
 * booted isn't made to load thirty worlds at the same moment. What waits is bounded by the number of servers.
 */
export class StartQueue {
  private readonly width: number;
  private readonly waiting = new Set<Waiting>();
  private running = 0;
  private isHeld = false;

  constructor({ width }: { width: number }) {
    this.width = width;
  }

  /** Lets nothing begin until `release`. */
  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
    this.next();
  }

  /** `work` must not reject. Returns how it is called off; false: it has begun already. */
  add(order: number, work: () => Promise<void>): () => boolean {
    const entry = { order, work };
    this.waiting.add(entry);
    queueMicrotask(() => this.next());
    return () => this.waiting.delete(entry);
  }

  private next(): void {
    while (!this.isHeld && this.running < this.width) {
      const [first] = [...this.waiting].sort((a, b) => a.order - b.order);
      if (!first) return;
      this.waiting.delete(first);
      this.running += 1;
      void first.work().finally(() => {
        this.running -= 1;
        this.next();
      });
    }
  }
}
