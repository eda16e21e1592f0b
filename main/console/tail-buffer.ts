const smallest = 1024;

/** The last `max` bytes of a stream, copied into one block that is written round and round: pushing allocates nothing. */
export class TailBuffer {
  private readonly max: number;
  private block: Buffer;
  /** Bytes pushed so far. */
  private pushed = 0;

  constructor(max: number, initial: Buffer = Buffer.alloc(0)) {
    this.max = max;
    this.block = Buffer.allocUnsafeSlow(Math.min(max, smallest));
    this.push(initial);
  }

  push(chunk: Buffer): void {
    const { block, pushed } = this;
    const start = pushed % block.length;
    const isLargeEnough = block.length === this.max || pushed + chunk.length <= block.length;
    if (isLargeEnough && start + chunk.length <= block.length) {
      block.set(chunk, start);
      this.pushed += chunk.length;
      return;
    }
    this.grow(Math.min(this.max, this.length + chunk.length));
    const kept = chunk.length > this.max ? chunk.subarray(chunk.length - this.max) : chunk;
    this.pushed += chunk.length - kept.length;
    const at = this.pushed % this.block.length;
    const first = kept.copy(this.block, at);
    kept.copy(this.block, 0, first);
    this.pushed += kept.length;
  }

  get length(): number {
    return Math.min(this.pushed, this.block.length);
  }

  /** A copy, oldest byte first. */
  bytes(): Buffer {
    const at = this.pushed % this.block.length;
    if (this.pushed <= this.block.length) return Buffer.from(this.block.subarray(0, this.pushed));
    return Buffer.concat([this.block.subarray(at), this.block.subarray(0, at)]);
  }

  /** While it grows nothing was overwritten yet, so what it holds begins at its first byte. */
  private grow(needed: number): void {
    if (needed <= this.block.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.min(this.max, Math.max(needed, this.block.length * 2)));
    this.block.copy(larger, 0, 0, this.length);
    this.block = larger;
  }
}
