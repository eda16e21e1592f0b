import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../docker/contract.ts';
import { findAnchor } from './find-anchor.ts';
import { TailBuffer } from './tail-buffer.ts';

const entry = (n: number, data: string, stream: LogEntry['stream'] = 'stdout'): LogEntry => ({
  stream,
  time: `2026-01-01T00:00:00.${String(n).padStart(9, '0')}Z`,
  data: Buffer.from(data),
});
const at = (stdout: number, stderr = 0) => ({ container: 'c', stdout, stderr });
const tails = (stdout: string, stderr = '') =>
  new Map([
    ['stdout', new TailBuffer(65_536, Buffer.from(stdout))],
    ['stderr', new TailBuffer(65_536, Buffer.from(stderr))],
  ] as const);

describe('findAnchor', () => {
  it('takes text that occurs once', () => {
    const entries = [entry(5, 'four\n'), entry(6, 'five\n')];
    const found = findAnchor({
      entries,
      tails: tails('three\nfour\nfive\nsix\n'),
      before: at(115),
      after: at(119),
    });
    expect(found).toEqual({ time: entries[0]?.time, stdout: 105, stderr: 0 });
  });
  it('takes repeated text only as the very end of a silent stream', () => {
    const entries = [entry(5, 'tick\n'), entry(6, 'tick\n')];
    const known = tails('tick\n'.repeat(10));
    expect(findAnchor({ entries, tails: known, before: at(50), after: at(50) })?.stdout).toBe(40);
    expect(findAnchor({ entries, tails: known, before: at(45), after: at(50) })).toBeNull();
  });
  it('counts both streams', () => {
    const entries = [entry(5, 'out\n'), entry(6, 'err\n', 'stderr'), entry(7, 'more\n')];
    const found = findAnchor({
      entries,
      tails: tails('a\nout\nmore\n', 'b\nerr\n'),
      before: at(11, 6),
      after: at(11, 6),
    });
    expect(found).toMatchObject({ stdout: 2, stderr: 2 });
  });
  it('refuses unfinished lines, equal times, and text that has not come yet', () => {
    const known = tails('one\ntwo\n');
    const all = { tails: known, before: at(8), after: at(8) };
    expect(findAnchor({ ...all, entries: [entry(1, 'one\n'), entry(2, 'two')] })).toBeNull();
    expect(findAnchor({ ...all, entries: [entry(1, 'one\n'), entry(1, 'two\n')] })).toBeNull();
    expect(findAnchor({ ...all, entries: [entry(1, 'three\n')] })).toBeNull();
    expect(findAnchor({ ...all, entries: [] })).toBeNull();
    const numbered = [entry(2, 'one\n'), entry(3, 'two\n')];
    expect(findAnchor({ ...all, entries: numbered, earlier: [entry(1, 'zero\n')] })).not.toBeNull();
    expect(findAnchor({ ...all, entries: numbered, earlier: [entry(2, 'zero\n')] })).toBeNull();
  });
});
