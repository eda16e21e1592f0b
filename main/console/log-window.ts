/** Entries of one stream of the engine's log that came together, decoded: their text, where each ends in it, and each one's time. */
export interface LogRun {
  text: Buffer;
  ends: readonly number[];
  times: readonly string[];
}

interface Piece extends LogRun {
  at: number;
}

/** So many forgotten pieces are cleared away together, so that forgetting one costs nothing. */
const sweepCount = 1024;

/**
 * The newest text of one stream of the engine's log, with the log's positions and times; at most `max` bytes and the newest run. Pushing
 * costs the same however much is held; looking something up costs no more than the text that is returned.
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

  push({ text, ends, times }: LogRun): void {
    if (text.length === 0) return;
    this.pieces.push({ at: this.end, text, ends, times });
    this.held += text.length;
    while (this.held > this.max && this.pieces.length - this.first > 1) {
      this.held -= this.pieces[this.first]?.text.length ?? 0;
      this.first += 1;
    }
    if (this.first < sweepCount && this.first * 2 < this.pieces.length) return;
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
    if (!piece || position < piece.at) return null;
    const { ends, times, at } = piece;
    return times[firstAfter(ends.length, (index) => ends[index] ?? 0, position - at)] ?? null;
  }

  /** The first piece held that ends after `position`; the number of pieces if none does. */
  private indexOf(position: number): number {
    const endOf = (index: number): number => {
      const piece = this.pieces[this.first + index];
      return piece ? piece.at + piece.text.length : 0;
    };
    return this.first + firstAfter(this.pieces.length - this.first, endOf, position);
  }
}

/** The first of `count` rising values that is greater than `value`; `count` if none is. */
function firstAfter(count: number, valueAt: (index: number) => number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueAt(middle) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
