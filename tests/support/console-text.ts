export interface ConsoleGap {
  from: number;
  to: number;
}

/** Puts `console` frames together by their offsets (X1), in bytes of UTF-8, and notes what does not fit. */
export class ConsoleText {
  /** What does not follow the offset before it and is no announced gap. Empty when the protocol is kept. */
  readonly problems: string[] = [];
  readonly gaps: ConsoleGap[] = [];
  private readonly pieces: string[] = [];
  private first: number | null = null;
  private next: number | null = null;

  add(frame: { data: string; offset: number }): void {
    this.first ??= frame.offset;
    if (this.next !== null && frame.offset !== this.next) {
      this.problems.push(`a frame at ${frame.offset} follows one that ended at ${this.next}`);
    }
    this.pieces.push(frame.data);
    this.next = frame.offset + Buffer.byteLength(frame.data);
  }

  addGap(gap: ConsoleGap): void {
    if (gap.to <= gap.from) this.problems.push(`an empty gap from ${gap.from} to ${gap.to}`);
    if (this.next !== null && gap.from !== this.next) {
      this.problems.push(`a gap from ${gap.from} follows a frame that ended at ${this.next}`);
    }
    this.gaps.push({ from: gap.from, to: gap.to });
    this.next = gap.to;
  }

  /** All text so far; gaps leave no trace in it. */
  get text(): string {
    return this.pieces.join('');
  }

  /** Offset of the first byte received; null before it. */
  get from(): number | null {
    return this.first;
  }

  /** Offset after the last byte received or lost: what `after=` wants (X3). Null before the first frame. */
  get end(): number | null {
    return this.next;
  }
}
