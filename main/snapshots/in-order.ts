/** Work that runs side by side and whose ends are taken in the order of its beginnings; so much at a time. */
export class InOrder<T> {
  private readonly most: number;
  private readonly taken: (result: T) => Promise<void>;
  private readonly waiting: Promise<T>[] = [];

  constructor(most: number, taken: (result: T) => Promise<void>) {
    this.most = most;
    this.taken = taken;
  }

  /** Resolves when there is room for more. Rejects with the failure of any earlier one whose turn has come. */
  async add(work: Promise<T>): Promise<void> {
    // Told when its turn comes.
    work.catch(() => {});
    this.waiting.push(work);
    while (this.waiting.length >= this.most) await this.takeOne();
  }

  /** All of it. */
  async end(): Promise<void> {
    while (this.waiting.length > 0) await this.takeOne();
  }

  /** After a failure: waits until nothing of it goes on. Never rejects. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.waiting.splice(0));
  }

  private async takeOne(): Promise<void> {
    const first = this.waiting.shift();
    if (first) await this.taken(await first);
  }
}
