import { describe, expect, it } from 'vitest';
import { maxTerminalLine, TerminalLine } from './terminal-line.ts';

const x = (count: number): Buffer => Buffer.from('x'.repeat(count));
const line = (count: number): Buffer => Buffer.concat([x(count), Buffer.from('\n')]);

describe('what is typed into a terminal', () => {
  it('F14 passes lines that the kernel keeps whole, however many', () => {
    const typed = new TerminalLine();
    for (const data of [line(0), line(maxTerminalLine), x(maxTerminalLine)])
      expect(() => typed.check(data)).not.toThrow();
    expect(() => typed.check(Buffer.concat(Array.from({ length: 50 }, () => line(4000))))).not.toThrow();
  });

  it('F14 refuses a line that would be cut, also one among others, counted in bytes', () => {
    const typed = new TerminalLine();
    const umlauts = Buffer.from(`${'ü'.repeat(2048)}\n`);
    for (const data of [line(4096), x(4096), umlauts, Buffer.concat([line(1), line(5000), line(1)])])
      expect(() => typed.check(data)).toThrow(/was not sent.*4095/);
  });

  it('F14 counts a line over several commands, until it ends or is thrown away', () => {
    for (const end of ['\n', '\r', '\u0003', '\u0015']) {
      const typed = new TerminalLine();
      typed.sent(x(3000));
      expect(() => typed.check(x(1095))).not.toThrow();
      expect(() => typed.check(line(1096))).toThrow(/with what was sent of it before/);
      typed.sent(Buffer.from(end));
      expect(() => typed.check(line(4095))).not.toThrow();
    }
  });
});
