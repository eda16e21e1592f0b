import type { ServerEvent } from '../../shared/protocol/server-events.ts';
import { headerSize, textFrame, writeHeader } from './ws-frame.ts';

/** Longest text of one `console` frame, in bytes of UTF-8 (S8). */
export const maxFrameText = 64 * 1024;

/** A stretch of console text, ready for the wire: alone, and followed by its twin (S8, S9). */
export interface ConsoleFrame {
  from: number;
  to: number;
  console: Buffer;
  /** The same bytes and the twin's behind them; equal to `console` if nobody wants twins. */
  withTwin: Buffer;
}

/** Encodes an event for the wire, once for all who listen. */
export function encodeEvent(event: ServerEvent): Buffer {
  return textFrame(JSON.stringify(event));
}

/**
 * Encodes text (pieces of whole UTF-8 characters; the first begins at offset `from`) into frames of at most
 * `maxFrameText` bytes of text each. The only memory that lives longer than this call is the frames': in a flood,
 * whatever else is made has to be collected.
 */
export function encodeConsole(from: number, pieces: readonly Buffer[], withTwin: boolean): ConsoleFrame[] {
  const frames: ConsoleFrame[] = [];
  const escaper = new Escaper();
  let start = from;
  const finish = (): void => {
    if (escaper.taken === 0) return;
    frames.push(assemble(start, escaper, withTwin));
    start += escaper.taken;
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

const consoleHead = Buffer.from('{"event":"console","data":"');
const twinHead = Buffer.from('{"event":"console duplicate","data":"');
const twinTail = Buffer.from('"}');

function assemble(from: number, escaper: Escaper, withTwin: boolean): ConsoleFrame {
  const text = escaper.bytes();
  const tail = Buffer.from(`","offset":${from}}`);
  const first = consoleHead.length + text.length + tail.length;
  const second = twinHead.length + text.length + twinTail.length;
  const firstSize = headerSize(first) + first;
  const out = Buffer.allocUnsafe(firstSize + (withTwin ? headerSize(second) + second : 0));
  let at = put(out, 0, first, [consoleHead, text, tail]);
  if (withTwin) at = put(out, at, second, [twinHead, text, twinTail]);
  const to = from + escaper.taken;
  return { from, to, console: withTwin ? out.subarray(0, firstSize) : out, withTwin: out };
}

function put(out: Buffer, start: number, length: number, parts: readonly Buffer[]): number {
  let at = writeHeader(out, start, length);
  for (const part of parts) at += part.copy(out, at);
  return at;
}

/** By byte: 0 stands for itself, 1 needs \u00XX, anything else is the letter after the backslash (RFC 8259, 7). */
const escapes = new Uint8Array(256);
escapes.fill(1, 0, 0x20);
for (const [byte, letter] of Object.entries({
  8: 'b',
  9: 't',
  10: 'n',
  12: 'f',
  13: 'r',
  34: '"',
  92: '\\',
})) {
  escapes[Number(byte)] = letter.charCodeAt(0);
}
const hex = Buffer.from('0123456789abcdef');
const backslash = 0x5c;

/** From here on text is escaped in slices by way of strings. */
const manyBytes = 512;
const sliceBytes = 4096;

/** Room for one frame's text in the worst case, shared by all: encoding never waits in between. */
let scratch: Buffer | null = null;

class Escaper {
  /** Bytes of text taken so far. */
  taken = 0;
  private at = 0;
  private readonly out: Buffer;

  constructor() {
    scratch ??= Buffer.allocUnsafeSlow(maxFrameText * 6);
    this.out = scratch;
  }

  reset(): void {
    this.taken = 0;
    this.at = 0;
  }

  bytes(): Buffer {
    return this.out.subarray(0, this.at);
  }

  add(text: Buffer): void {
    if (text.length < manyBytes) this.addBytes(text);
    else this.addSlices(text);
    this.taken += text.length;
  }

  /** The engine's own escaping is several times faster than a loop, and cheapest on strings that die young. */
  private addSlices(text: Buffer): void {
    for (let start = 0; start < text.length; ) {
      const end = start + characterBorder(text.subarray(start), sliceBytes);
      const quoted = JSON.stringify(text.toString('utf8', start, end));
      this.at += this.out.write(quoted.slice(1, -1), this.at);
      start = end;
    }
  }

  /** A few bytes are escaped before a string could be made of them. */
  private addBytes(text: Buffer): void {
    const { out } = this;
    let { at } = this;
    const { length } = text;
    for (let index = 0; index < length; index += 1) {
      const byte = text[index] ?? 0;
      const letter = escapes[byte] ?? 0;
      if (letter === 0) {
        out[at++] = byte;
      } else if (letter === 1) {
        at += out.write('\\u00', at, 'latin1');
        out[at++] = hex[byte >> 4] ?? 0;
        out[at++] = hex[byte & 15] ?? 0;
      } else {
        out[at++] = backslash;
        out[at++] = letter;
      }
    }
    this.at = at;
  }
}

/** The last border between two characters at or before `end`. */
export function characterBorder(text: Buffer, end: number): number {
  if (end >= text.length) return text.length;
  let at = end;
  while (at > 0 && ((text[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at;
}
