import { LightdeckError } from '../../shared/errors.ts';

/** What the kernel's terminal keeps of one line besides its end, in bytes (Linux: N_TTY_BUF_SIZE less one). */
export const maxTerminalLine = 4095;

/**
 * What hands a line to the program, or throws away what was typed of it: line feed, and carriage return, which a terminal takes as
 * one; Ctrl+D; Ctrl+C, Ctrl+\, Ctrl+Z and Ctrl+U.
 */
const lineEnds: ReadonlySet<number> = new Set([0x0a, 0x0d, 0x04, 0x03, 0x1c, 0x1a, 0x15]);

/**
 * Watches over what is typed into a program's terminal. The kernel drops what a line has beyond its buffer, tells nobody, and the
 * program carries out the rest: a cut command. So a line that would be cut is refused before any of it is sent. A program that has
 * switched its terminal to single keys would get it whole; from here that can't be seen.
 */
export class TerminalLine {
  /** Bytes of the line that was begun and not ended. */
  private open = 0;

  /** Throws LightdeckError `invalid` if a line of `data`, with what was sent of it before, is too long to come through whole. */
  check(data: Buffer): void {
    const longest = linesOf(data, this.open).longest;
    if (longest <= maxTerminalLine) return;
    const begun = this.open > 0 ? ' with what was sent of it before' : '';
    throw new LightdeckError(
      'invalid',
      `the command was not sent: its line has ${longest} bytes${begun}, and a terminal passes on ${maxTerminalLine} of a line at most, so the program would carry out a part of it. Send shorter lines, or take the server's terminal away (tty)`,
    );
  }

  /** It was sent. */
  sent(data: Buffer): void {
    this.open = linesOf(data, this.open).open;
  }

  /** Another program reads from now on. */
  reset(): void {
    this.open = 0;
  }
}

function linesOf(data: Buffer, before: number): { longest: number; open: number } {
  let longest = before;
  let open = before;
  for (const byte of data) {
    open = lineEnds.has(byte) ? 0 : open + 1;
    if (open > longest) longest = open;
  }
  return { longest, open };
}
