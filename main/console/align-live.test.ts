import { describe, expect, it } from 'vitest';
import { alignLive } from './align-live.ts';
import { LogWindow } from './log-window.ts';

const time = (index: number): string => `2026-01-01T00:00:00.${String(index).padStart(9, '0')}Z`;

function logOf(...lines: string[]): LogWindow {
  const window = new LogWindow(0);
  for (const [index, line] of lines.entries()) {
    const text = Buffer.from(line);
    window.push({ text, ends: [text.length], times: [time(index + 1)] });
  }
  return window;
}

const align = (live: string | Buffer, ...log: string[]) =>
  alignLive({ live: Buffer.from(live), window: logOf(...log), attachedAt: time(2), quiet: true });

describe('S14 a silence that is none: the attachment has one line, and the log', () => {
  it('has the same: that is its place', () => {
    expect(align('line 108\n', 'line 107\n', 'line 108\n')).toBe(9);
  });

  it('has the same, of which the attachment saw the end', () => {
    expect(align(' 108\n', 'line 107\n', 'line 108\n')).toBe(13);
  });

  it.each([
    ['is ahead', ['line 107\n', 'line 108\n', 'line 109\n']],
    ['is behind', ['line 106\n', 'line 107\n']],
  ])('%s: not yet certain', (_what, log) => {
    expect(align('line 108\n', ...log)).toBeNull();
    expect(align('e 108\n', ...log)).toBeNull();
  });

  it('has the same, inside of whose first character the attachment began', () => {
    expect(align('\ufffd\ufffdß 8\n', 'line 107\n', '€ß 8\n')).toBe(9 + 3 - 6);
  });
});
