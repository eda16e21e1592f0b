import { LightdeckError } from '../../../shared/errors.ts';

/** As much as waits for a program that doesn't read its input, in bytes. */
const most = 256 * 1024;

/** Commands that came while their container was only being made: it gets them first, in order (S12). */
export class PendingStdin {
  private parts: Buffer[] = [];
  private bytes = 0;

  /** Throws `busy` if too much waits. */
  push(data: Buffer): void {
    if (this.bytes + data.length > most)
      throw new LightdeckError('busy', 'the server is only starting; the command was not sent');
    this.parts.push(data);
    this.bytes += data.length;
  }

  take(): Buffer[] {
    this.bytes = 0;
    return this.parts.splice(0);
  }
}
