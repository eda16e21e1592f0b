interface Piece {
  at: number;
  time: string;
  text: Buffer;
}

/** The newest text of one stream of the engine's log, with the log's positions and times; at most `max` bytes. */
export class LogWindow {
  private readonly max: number;
  private pieces: Piece[] = [];
  private held = 0;
  private readonly origin: number;

  constructor(origin: number, max = 1024 * 1024) {
    this.origin = origin;
    this.max = max;
  }

  /** Position of the first byte held. */
  get start(): number {
    return this.pieces[0]?.at ?? this.end;
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
    while (this.held > this.max && this.pieces.length > 1) this.held -= this.pieces.shift()?.text.length ?? 0;
  }

  /** The text from `position` (not before `start`) to the end. */
  textFrom(position: number): Buffer {
    const first = this.pieces.findIndex((piece) => piece.at + piece.text.length > position);
    if (first < 0) return Buffer.alloc(0);
    const rest = Buffer.concat(this.pieces.slice(first).map((piece) => piece.text));
    return rest.subarray(Math.max(0, position - (this.pieces[first]?.at ?? 0)));
  }

  /** The time of the entry that holds the byte at `position`, or null if it isn't held. */
  timeAt(position: number): string | null {
    const piece = this.pieces.find((candidate) => position < candidate.at + candidate.text.length);
    return piece && position >= piece.at ? piece.time : null;
  }
}
