/** Most that is kept and shown of the end of a file, in bytes. */
export const tailBytes = 1024 * 1024;

/** Bytes of a file from `start` on, and how long it is now. */
export interface FilePart {
  bytes: Uint8Array;
  start: number;
  size: number;
}

/**
 * Reads a part of a file: `{ last }` its last bytes, `{ from, most }` what follows an offset, at most so many. Null where there is nothing: no
 * bytes behind that offset.
 */
export type ReadPart = (
  wanted: { last: number } | { from: number; most: number },
) => Promise<FilePart | null>;

/** The end of a file as text. `start` is the offset of its first byte; 0: the whole file. */
export interface Tail {
  text: string;
  start: number;
  /** Whether it is text: without NUL bytes. */
  isText: boolean;
  /** The file became shorter, as when a log begins anew. */
  beganAnew: boolean;
}

/** Follows the end of a file that grows, asking for no more than what is new; bounded to `tailBytes`. */
export class FileTail {
  private readonly read: ReadPart;
  private bytes: Uint8Array = new Uint8Array();
  private end = 0;

  constructor(read: ReadPart) {
    this.read = read;
  }

  /** The end as it is now. */
  async open(): Promise<Tail> {
    const part = await this.read({ last: tailBytes });
    this.bytes = part?.bytes ?? new Uint8Array();
    this.end = part ? part.start + part.bytes.length : 0;
    return this.tail(false);
  }

  /** The end after what has come since; null if nothing has. Rejects as `read` does, and can be asked again. */
  async next(): Promise<Tail | null> {
    const part = await this.read({ from: this.end, most: tailBytes });
    if (part === null) return await this.shrunk();
    if (part.bytes.length === 0) return null;
    // More than is shown has come at once.
    if (part.start + part.bytes.length < part.size) return await this.open();
    this.bytes = joined(this.bytes, part.bytes).slice(-tailBytes);
    this.end = part.start + part.bytes.length;
    return this.tail(false);
  }

  /** Nothing is behind the offset: it has not grown, or it is another file now. */
  private async shrunk(): Promise<Tail | null> {
    if (this.end === 0) return null;
    // Its last byte is still there unless it became shorter.
    if ((await this.read({ from: this.end - 1, most: 1 })) !== null) return null;
    return { ...(await this.open()), beganAnew: true };
  }

  private tail(beganAnew: boolean): Tail {
    const start = this.end - this.bytes.length;
    // A first line that is cut begins in the middle of a character, or of a sentence.
    const cut = start === 0 ? -1 : this.bytes.indexOf(10);
    const shown = this.bytes.subarray(cut + 1);
    return {
      text: new TextDecoder().decode(shown),
      start: start + cut + 1,
      isText: !shown.includes(0),
      beganAnew,
    };
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
