import type { Writable } from 'node:stream';
import { LightdeckError } from '../../shared/errors.ts';

/** Commands that wait for an attachment, or for a program that doesn't read, in bytes. */
const maxWaiting = 256 * 1024;

/** A container's standard input: byte for byte, in the order of the calls (S12), over one attachment after the other. */
export class StdinQueue {
  private stream: Writable | null = null;
  private queued: Buffer[] = [];
  private queuedBytes = 0;

  /** Throws `busy` if more than 256 KiB wait since the program doesn't read them, or nothing is attached. */
  write(data: Buffer): void {
    const waiting = this.queuedBytes + (this.stream?.writableLength ?? 0);
    if (waiting + data.length > maxWaiting)
      throw new LightdeckError('busy', 'the program does not read its input; the command was not sent');
    if (this.stream) {
      this.stream.write(data);
      return;
    }
    this.queued.push(data);
    this.queuedBytes += data.length;
  }

  /** From now on input goes there; first what waits. */
  connect(stream: Writable): void {
    this.stream = stream;
    for (const data of this.queued.splice(0)) stream.write(data);
    this.queuedBytes = 0;
  }

  /** The attachment is gone: what is written waits for the next one. */
  disconnect(): void {
    this.stream = null;
  }
}
