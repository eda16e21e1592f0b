import { BlockPool } from '../lib/block-pool.ts';
import { characterBorder, JsonEscaper } from './json-escaper.ts';
import { headerSize, writeHeader } from './ws-frame.ts';

/** Longest text of one `console` frame, in bytes of UTF-8 (S8). */
export const maxFrameText = 64 * 1024;

/** For frames of this size on, in bytes; a full one with its twin fits, unless much of it is escaped. 600 KiB at rest. */
const pooledFrom = 8 * 1024;
const pool = new BlockPool({ blockSize: 150 * 1024, most: 4 });

/** Console text: pieces of whole UTF-8 characters, the first of which begins at offset `from`. */
export interface ConsoleText {
  readonly from: number;
  readonly pieces: readonly Buffer[];
}

const consoleHead = Buffer.from('{"event":"console","data":"');
const twinHead = Buffer.from('{"event":"console duplicate","data":"');
const twinTail = Buffer.from('"}');

/** A stretch of console text, ready for the wire: alone, or followed by its twin (S8, S9). */
export class ConsoleFrame {
  readonly from: number;
  readonly to: number;
  private readonly plain: Buffer;
  /** Where in `plain` the escaped text lies. */
  private readonly textAt: number;
  private readonly textLength: number;
  private both: Buffer | null = null;
  private block: Buffer | null = null;

  /** `text` is copied. `withTwin`: both are made in one block, where it is known that both are wanted. */
  constructor(from: number, to: number, text: Buffer, withTwin: boolean) {
    this.from = from;
    this.to = to;
    const tail = `","offset":${from}}`;
    const length = consoleHead.length + text.length + tail.length;
    const size = headerSize(length) + length;
    const out = this.memory(size + (withTwin ? twinSize(text.length) : 0));
    this.textAt = writeHeader(out, 0, length) + consoleHead.length;
    this.textLength = text.length;
    out.set(consoleHead, this.textAt - consoleHead.length);
    out.set(text, this.textAt);
    out.write(tail, this.textAt + text.length, 'latin1');
    this.plain = withTwin ? out.subarray(0, size) : out;
    if (!withTwin) return;
    this.both = out;
    putTwin(out, size, text);
  }

  private memory(size: number): Buffer {
    if (size < pooledFrom || size > pool.blockSize) return Buffer.allocUnsafe(size);
    this.block = pool.take();
    return this.block.subarray(0, size);
  }

  /** Somebody still needs the bytes when the frame is released: they are left alone. */
  hold(): void {
    this.block = null;
  }

  /** The bytes are not asked for any more; unless somebody holds them, their memory is used again. */
  release(): void {
    if (this.block) pool.give(this.block);
    this.block = null;
  }

  /** The bytes for one client, good until the frame is released. A twin shares the escaped text, and is made when the first client wants it. */
  bytes(withTwin: boolean): Buffer {
    if (!withTwin) return this.plain;
    if (this.both) return this.both;
    const text = this.plain.subarray(this.textAt, this.textAt + this.textLength);
    const both = Buffer.allocUnsafe(this.plain.length + twinSize(text.length));
    this.plain.copy(both);
    putTwin(both, this.plain.length, text);
    this.both = both;
    return both;
  }
}

/** Room for one frame's text in the worst case, shared by all: encoding never waits in between. */
let sharedEscaper: JsonEscaper | null = null;

/**
 * Encodes text into frames of at most `maxFrameText` bytes of text each. The only memory that lives longer than this call
 * is the frames': in a flood, whatever else is made has to be collected.
 */
export function encodeConsole({ from, pieces }: ConsoleText, withTwin: boolean): ConsoleFrame[] {
  sharedEscaper ??= new JsonEscaper(maxFrameText);
  const escaper = sharedEscaper;
  escaper.reset();
  const [only] = pieces;
  if (only && pieces.length === 1 && only.length > 0 && only.length <= maxFrameText) {
    // A line by itself, as most are.
    escaper.add(only);
    return [new ConsoleFrame(from, from + only.length, escaper.bytes(), withTwin)];
  }
  const frames: ConsoleFrame[] = [];
  let start = from;
  const finish = (): void => {
    if (escaper.taken === 0) return;
    const end = start + escaper.taken;
    frames.push(new ConsoleFrame(start, end, escaper.bytes(), withTwin));
    start = end;
    escaper.reset();
  };
  for (const piece of pieces) {
    let rest = piece;
    while (rest.length > 0) {
      const room = maxFrameText - escaper.taken;
      const cut = rest.length <= room ? rest.length : characterBorder(rest, room);
      escaper.add(rest.subarray(0, cut));
      rest = rest.subarray(cut);
      if (rest.length > 0) finish();
    }
  }
  finish();
  return frames;
}

function twinSize(textLength: number): number {
  const length = twinHead.length + textLength + twinTail.length;
  return headerSize(length) + length;
}

function putTwin(out: Buffer, at: number, text: Buffer): void {
  put(out, at, twinHead.length + text.length + twinTail.length, [twinHead, text, twinTail]);
}

function put(out: Buffer, start: number, length: number, parts: readonly Buffer[]): void {
  let at = writeHeader(out, start, length);
  for (const part of parts) at += part.copy(out, at);
}
