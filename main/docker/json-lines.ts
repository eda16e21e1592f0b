const newline = 0x0a;

/**
 * Splits a stream of newline-delimited JSON into values. A line over `maxLine` bytes is skipped whole and told to
 * `onSkipped`, as is one that isn't JSON; at most `maxLine` bytes are held.
 */
export class JsonLines {
  private readonly maxLine: number;
  private readonly onSkipped: (reason: string) => void;
  private parts: Buffer[] = [];
  private size = 0;

  constructor(options: { maxLine: number; onSkipped: (reason: string) => void }) {
    this.maxLine = options.maxLine;
    this.onSkipped = options.onSkipped;
  }

  push(chunk: Buffer, onValue: (value: unknown) => void): void {
    let at = 0;
    for (;;) {
      const end = chunk.indexOf(newline, at);
      this.gather(chunk.subarray(at, end < 0 ? chunk.length : end));
      if (end < 0) return;
      this.finish(onValue);
      at = end + 1;
    }
  }

  /** The last line, if it had no newline. */
  end(onValue: (value: unknown) => void): void {
    this.finish(onValue);
  }

  private gather(part: Buffer): void {
    this.size += part.length;
    if (this.size > this.maxLine) this.parts = [];
    else if (part.length > 0) this.parts.push(part);
  }

  private finish(onValue: (value: unknown) => void): void {
    const { parts, size } = this;
    this.parts = [];
    this.size = 0;
    if (size > this.maxLine) {
      this.onSkipped(`a line of ${size} bytes is longer than ${this.maxLine}`);
      return;
    }
    const text = Buffer.concat(parts).toString('utf8').trim();
    if (text === '') return;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.onSkipped(`no JSON: ${text.slice(0, 100)}`);
      return;
    }
    onValue(value);
  }
}
