import { LightdeckError } from '../../shared/errors.ts';
import { MiB } from '../../shared/units.ts';
import type { StreamName } from './contract.ts';

const headerLength = 8;
/** Longest frame that is believed, in bytes: the engine's are 16 KiB (attach 32 KiB), so a longer one means lost alignment. */
const maxFrame = 64 * MiB;
/** The engine's own complaint in the middle of a stream, told as a frame. */
const systemError = 3;

/**
 * Takes the engine's stream of frames apart: 1 byte stream (0 and 1 standard output, 2 standard error), 3 bytes zero, 4
 * bytes length (big-endian), then that many bytes. Headers and payloads may be cut anywhere. Holds at most one
 * header; payloads are handed on as parts of the chunk that they came in, never copied or joined.
 */
export class Demux {
  private readonly header = Buffer.alloc(headerLength);
  private headerFilled = 0;
  private stream: StreamName = 'stdout';
  private missing = 0;

  /**
   * `last` is true for the part that ends its frame. An empty frame calls nothing. Throws LightdeckError
   * `engine_refused` on a header that can't be one, or with the engine's complaint; the demultiplexer is then done for.
   */
  push(chunk: Buffer, onData: (stream: StreamName, data: Buffer, last: boolean) => void): void {
    this.walk(chunk, (stream, from, to, last) => onData(stream, chunk.subarray(from, to), last));
  }

  /** The same, but tells only where in the chunk the payloads are: for many small ones. */
  walk(chunk: Buffer, onPart: (stream: StreamName, from: number, to: number, last: boolean) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.missing > 0) {
        const end = Math.min(chunk.length, at + this.missing);
        this.missing -= end - at;
        onPart(this.stream, at, end, this.missing === 0);
        at = end;
        continue;
      }
      // Nearly always a whole header is there, and is read where it lies.
      if (this.headerFilled === 0 && chunk.length - at >= headerLength) {
        if (!this.begin(chunk, at)) throw refusal(chunk.subarray(at));
        at += headerLength;
        continue;
      }
      const taken = Math.min(headerLength - this.headerFilled, chunk.length - at);
      chunk.copy(this.header, this.headerFilled, at, at + taken);
      this.headerFilled += taken;
      at += taken;
      if (this.headerFilled < headerLength) return;
      if (!this.begin(this.header, 0)) throw refusal(Buffer.concat([this.header, chunk.subarray(at)]));
      this.headerFilled = 0;
    }
  }

  /** True between frames: a stream that ends elsewhere was cut. */
  get atBorder(): boolean {
    return this.missing === 0 && this.headerFilled === 0;
  }

  /** Takes the header at `at`; false if it can't be one. */
  private begin(bytes: Buffer, at: number): boolean {
    const kind = bytes[at] ?? 0;
    const padding = (bytes[at + 1] ?? 0) | (bytes[at + 2] ?? 0) | (bytes[at + 3] ?? 0);
    const length = bytes.readUInt32BE(at + 4);
    if (kind > 2 || padding !== 0 || length > maxFrame) return false;
    this.stream = kind === 2 ? 'stderr' : 'stdout';
    this.missing = length;
    return true;
  }
}

/** Why the header that `bytes` begins with, followed by what has come of its frame, is none. */
function refusal(bytes: Buffer): LightdeckError {
  if (bytes[0] === systemError && bytes.readUIntBE(1, 3) === 0) {
    const end = headerLength + Math.min(bytes.readUInt32BE(4), 1024);
    const reason = bytes.subarray(headerLength, end).toString('utf8').trim();
    const message = `The engine broke off the stream: ${reason || 'it gave no reason'}.`;
    return new LightdeckError('engine_refused', message);
  }
  const header = bytes.toString('hex', 0, headerLength);
  const message = `The engine's stream is out of step (frame header ${header}): attach again. A container with a TTY has no frames.`;
  return new LightdeckError('engine_refused', message);
}
