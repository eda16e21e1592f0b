import { LightdeckError } from '../../../shared/errors.ts';
import { TerminalLine } from '../../console/terminal-line.ts';

/** As much as waits for a program that doesn't read its input, in bytes. */
const most = 256 * 1024;

/** Commands that came while their container was only being made: it gets them first, in order (S12). */
export class PendingStdin {
  private parts: Buffer[] = [];
  private bytes = 0;
  private readonly typed = new TerminalLine();

  /** Throws `busy` if too much waits, `invalid` if the terminal (`tty`) of the program would cut a line. */
  push(data: Buffer, { tty }: { tty: boolean }): void {
    if (tty) this.typed.check(data);
    if (this.bytes + data.length > most)
      throw new LightdeckError('busy', 'the server is only starting; the command was not sent');
    this.parts.push(data);
    this.bytes += data.length;
    this.typed.sent(data);
  }

  take(): Buffer[] {
    this.bytes = 0;
    this.typed.reset();
    return this.parts.splice(0);
  }
}
