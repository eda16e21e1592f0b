import { damaged } from './entry.ts';

/** Reads chunks of any length as pieces of wanted lengths. Holds one chunk, or what was asked for at once. */
export class ByteSource {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private chunk: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.iterator = source[Symbol.asyncIterator]();
  }

  /** That many bytes; fewer only at the end of the source. */
  async upTo(length: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for (let rest = length; rest > 0; ) {
      const part = await this.next(rest);
      if (!part) break;
      parts.push(part);
      rest -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** Throws LightdeckError `invalid` when the source ends before. */
  async exactly(length: number): Promise<Buffer> {
    const bytes = await this.upTo(length);
    if (bytes.length < length) throw cut();
    return bytes;
  }

  /** The next bytes as they come, at most so many; null at the end. */
  async next(most: number): Promise<Uint8Array | null> {
    while (this.chunk.length === 0) {
      const { done, value } = await this.iterator.next();
      if (done === true) return null;
      this.chunk = value;
    }
    const part = this.chunk.subarray(0, most);
    this.chunk = this.chunk.subarray(part.length);
    return part;
  }

  async skip(length: number): Promise<void> {
    for (let rest = length; rest > 0; ) {
      const part = await this.next(rest);
      if (!part) throw cut();
      rest -= part.length;
    }
  }

  /** Reads on to the end, so that a compression's own check of its end is made. */
  async drain(): Promise<void> {
    while (await this.next(Number.POSITIVE_INFINITY));
  }

  /** Whoever reads no more says so, or the source's own descriptors stay open. */
  async close(): Promise<void> {
    await this.iterator.return?.();
  }
}

const cut = () => damaged('it ends in the middle of an entry');
