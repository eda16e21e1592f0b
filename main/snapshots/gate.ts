import { Limiter } from '../lib/limiter.ts';

/** Who works in a store at the same time: many that only add or read, or one alone. Who wants it alone goes first. */
export class Gate {
  private readonly enter: () => Promise<void>;
  private readonly leave: () => Promise<void>;
  /** One comes or goes at a time. */
  private readonly door = new Limiter(1);
  private inside = 0;
  private empty: (() => void) | null = null;
  /** The last one's leave, which the next one waits for. */
  private leaving: Promise<void> = Promise.resolve();

  /** `enter` when the first one comes, and `leave` when the last one has gone; a failure of `enter` is that of who wanted in. */
  constructor({ enter, leave }: { enter: () => Promise<void>; leave: () => Promise<void> }) {
    this.enter = enter;
    this.leave = leave;
  }

  /**
   * With others. `makeWay` is for what takes long: where somebody waits to be alone, it steps out, and comes back after them. What it saw before
   * may be gone then. Rejects as `enter` does.
   */
  async together<T>(work: (makeWay: () => Promise<void>) => Promise<T>): Promise<T> {
    let isIn = false;
    const come = async (): Promise<void> => {
      await this.door.run(() => this.come());
      isIn = true;
    };
    const makeWay = async (): Promise<void> => {
      if (!this.empty) return;
      isIn = false;
      await this.go();
      await come();
    };
    await come();
    try {
      return await work(makeWay);
    } finally {
      if (isIn) await this.go();
    }
  }

  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.door.run(async () => {
      if (this.inside > 0)
        await new Promise<void>((resolve) => {
          this.empty = resolve;
        });
      await this.come();
      try {
        return await work();
      } finally {
        await this.go();
      }
    });
  }

  private async come(): Promise<void> {
    await this.leaving;
    if (this.inside === 0) await this.enter();
    this.inside += 1;
  }

  private async go(): Promise<void> {
    this.inside -= 1;
    if (this.inside > 0) return;
    this.leaving = this.leave();
    await this.leaving;
    this.empty?.();
    this.empty = null;
  }
}
