interface Piece {
  at: number;
  time: string;
  text: Buffer;
}

/** So many forgotten pieces are cleared away together, so that forgetting one costs nothing. */
const sweepCount = 1024;

/**
 * The newest text of one stream of the engine's log, with the log's positions and times; at most `max` bytes. Pushing costs the same
 * however much is held; looking something up costs no more than the text that is returned.
 */
export class LogWindow {
  private readonly max: number;
  private pieces: Piece[] = [];
  /** Pieces before this one are forgotten. */
  private first = 0;
  private held = 0;
  private readonly origin: number;

  constructor(origin: number, max = 1024 * 1024) {
    this.origin = origin;
    this.max = max;
  }

  /** Position of the first byte held. */
  get start(): number {
    return this.pieces[this.first]?.at ?? this.end;
  }

  /** Position after the last byte seen. */
  get end(): number {
    const last = this.pieces.at(-1);
    return last ? last.at + last.text.length : this.origin;
  }

  push(text: Buffer, time: string): void {
    if (text.length === 0) return;
    this.pieces.push({ at: this.end, time, text });
    this.held += text.length;
    while (this.held > this.max && this.pieces.length - this.first > 1) {
      this.held -= this.pieces[this.first]?.text.length ?? 0;
      this.first += 1;
    }
    if (this.first < sweepCount) return;
    this.pieces.splice(0, this.first);
    this.first = 0;
  }

  /** The text from `position` (not before `start`) to `end` (default: all of it). */
  textFrom(position: number, end = this.end): Buffer {
    const parts: Buffer[] = [];
    for (let index = this.indexOf(position); index < this.pieces.length; index += 1) {
      const piece = this.pieces[index];
      if (!piece || piece.at >= end) break;
      const isWhole = piece.at >= position && piece.at + piece.text.length <= end;
      parts.push(
        isWhole ? piece.text : piece.text.subarray(Math.max(0, position - piece.at), end - piece.at),
      );
    }
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  /** The time of the entry that holds the byte at `position`, or null if it isn't held. */
  timeAt(position: number): string | null {
    const piece = this.pieces[this.indexOf(position)];
    return piece && position >= piece.at ? piece.time : null;
  }

  /** The first piece held that ends after `position`; the number of pieces if none does. */
  private indexOf(position: number): number {
    let low = this.first;
    let high = this.pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const piece = this.pieces[middle];
      if (piece && piece.at + piece.text.length > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
