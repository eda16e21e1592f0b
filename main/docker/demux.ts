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
    let at = 0;
    while (at < chunk.length) {
      if (this.missing > 0) {
        const end = Math.min(chunk.length, at + this.missing);
        this.missing -= end - at;
        onData(this.stream, chunk.subarray(at, end), this.missing === 0);
        at = end;
        continue;
      }
      const taken = Math.min(headerLength - this.headerFilled, chunk.length - at);
      chunk.copy(this.header, this.headerFilled, at, at + taken);
      this.headerFilled += taken;
      at += taken;
      if (this.headerFilled === headerLength) this.begin(chunk.subarray(at));
    }
  }

  /** True between frames: a stream that ends elsewhere was cut. */
  get atBorder(): boolean {
    return this.missing === 0 && this.headerFilled === 0;
  }

  private begin(rest: Buffer): void {
    const kind = this.header.readUInt8(0);
    const length = this.header.readUInt32BE(4);
    const padding = this.header.readUIntBE(1, 3);
    if (kind === systemError && padding === 0) {
      const reason = rest.subarray(0, Math.min(length, 1024)).toString('utf8').trim();
      throw new LightdeckError(
        'engine_refused',
        `The engine broke off the stream: ${reason || 'it gave no reason'}.`,
      );
    }
    if (kind > 2 || padding !== 0 || length > maxFrame) {
      const bytes = this.header.toString('hex');
      const message = `The engine's stream is out of step (frame header ${bytes}): attach again. A container with a TTY has no frames.`;
      throw new LightdeckError('engine_refused', message);
    }
    this.headerFilled = 0;
    this.stream = kind === 2 ? 'stderr' : 'stdout';
    this.missing = length;
  }
}
