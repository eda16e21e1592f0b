/** The last bytes of a stream, `max` at least once there were as many, at most about two chunks more. Keeps references, copies on reading. */
export class TailBuffer {
  private readonly max: number;
  private chunks: Buffer[] = [];
  private held = 0;

  constructor(max: number, initial: Buffer = Buffer.alloc(0)) {
    this.max = max;
    if (initial.length > 0) this.push(initial);
  }

  push(chunk: Buffer): void {
    // Small chunks are copied together, or a trickle of lines would keep its large read buffers alive.
    const kept =
      chunk.length > this.max ? Buffer.from(chunk.subarray(chunk.length - this.max)) : Buffer.from(chunk);
    this.chunks.push(kept);
    this.held += kept.length;
    while (this.chunks[0] && this.held - this.chunks[0].length >= this.max)
      this.held -= this.chunks.shift()?.length ?? 0;
    if (this.chunks.length > 256) this.chunks = [Buffer.concat(this.chunks)];
  }

  get length(): number {
    return this.held;
  }

  bytes(): Buffer {
    if (this.chunks.length !== 1) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0] ?? Buffer.alloc(0);
  }
}
