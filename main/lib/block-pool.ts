/**
 * Equal blocks of memory that are used again and again. In a flood of text, blocks made anew would be collected by the megabyte: with
 * V8 each of them counts as a reason to go over the whole heap, which cost more than all the rest.
 */
export class BlockPool {
  /** Bytes of each block. */
  readonly blockSize: number;
  private readonly free: Buffer[] = [];
  private readonly most: number;

  /** `most`: blocks that are kept for the next use; what is given back beyond that is collected. */
  constructor(options: { blockSize: number; most: number }) {
    this.blockSize = options.blockSize;
    this.most = options.most;
  }

  /** A block with anything in it. One that is never given back is collected like any other memory. */
  take(): Buffer {
    return this.free.pop() ?? Buffer.allocUnsafeSlow(this.blockSize);
  }

  /** Takes a block back that came from `take`. Nobody may read or write it any more. */
  give(block: Buffer): void {
    if (this.free.length < this.most) this.free.push(block);
  }
}
