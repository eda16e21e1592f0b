import { describe, expect, it } from 'vitest';
import { Random } from '../../tests/support/random.ts';
import type { LogEntry } from '../docker/contract.ts';
import type { LogAnchor } from './contract.ts';
import { PassedAnchor } from './passed-anchor.ts';

const timeOf = (n: number): string => `2026-01-01T00:00:00.${String(n).padStart(9, '0')}Z`;

const line = (n: number, time = n): LogEntry => ({
  stream: 'stdout',
  time: timeOf(time),
  data: Buffer.from(`line ${n}\n`),
});

const lines = (from: number, to: number): LogEntry[] =>
  Array.from({ length: to - from }, (_, index) => line(from + index));

/** All anchors found when the log comes in these batches. */
function anchorsOf(batches: LogEntry[][]): LogAnchor[] {
  const passed = new PassedAnchor();
  const place = { stdout: 0, stderr: 0 };
  const anchors: LogAnchor[] = [];
  for (const entries of batches) {
    passed.begin(entries, place);
    for (const { stream, data } of entries) place[stream] += data.length;
    const anchor = passed.end(entries);
    if (anchor) anchors.push(anchor);
  }
  return anchors;
}

describe('anchors of a log that goes by', () => {
  it('the first entry of a batch, once twenty stand there', () => {
    expect(anchorsOf([lines(10, 29)])).toEqual([]);
    const found = { time: timeOf(10), stdout: 0, stderr: 0 };
    expect(anchorsOf([lines(10, 30)])).toEqual([found]);
    expect(anchorsOf([lines(10, 20), lines(20, 30)])).toEqual([found]);
    const [, second] = anchorsOf([lines(10, 30), lines(30, 50)]);
    expect(second).toEqual({ time: timeOf(30), stdout: 20 * 'line 10\n'.length, stderr: 0 });
  });

  it('none where a later entry is not newer: it would be left out by its time', () => {
    expect(anchorsOf([[...lines(10, 25), line(25, 10), ...lines(26, 40)]])).toEqual([]);
    expect(anchorsOf([[...lines(10, 25), line(25, 9), ...lines(26, 40)]])).toEqual([]);
  });

  it('none where an earlier entry is not older: it would be read once more', () => {
    expect(anchorsOf([[line(9, 12)], lines(10, 40)])).toEqual([]);
    expect(anchorsOf([[line(9, 10)], lines(10, 40)])).toEqual([]);
  });

  it('none over an unfinished line', () => {
    const part = { ...line(25), data: Buffer.from('half a line') };
    expect(anchorsOf([[...lines(10, 25), part, ...lines(26, 40)]])).toEqual([]);
  });

  it('none while the place is not known', () => {
    const passed = new PassedAnchor();
    passed.begin(lines(10, 20), { stdout: 0, stderr: 0 });
    passed.end(lines(10, 20));
    passed.begin(lines(20, 50), null);
    expect(passed.end(lines(20, 50))).toBeNull();
  });

  it('whatever the order: reading from an anchor on misses and repeats nothing', () => {
    const random = new Random(11);
    let found = 0;
    for (let round = 0; round < 300; round += 1) {
      const log: LogEntry[] = [];
      for (let n = 0; n < 120; n += 1) {
        // Two streams that are written side by side: now and then out of order, now and then at the same time.
        const time = n * 2 + (random.below(8) === 0 ? random.below(7) : 0);
        const stream = random.below(3) === 0 ? 'stderr' : 'stdout';
        const isPart = random.below(60) === 0;
        log.push({ stream, time: timeOf(time), data: Buffer.from(isPart ? `part ${n}` : `line ${n}\n`) });
      }
      const batches: LogEntry[][] = [];
      for (let at = 0; at < log.length; ) {
        const length = 1 + random.below(40);
        batches.push(log.slice(at, at + length));
        at += length;
      }
      for (const { time, ...place } of anchorsOf(batches)) {
        found += 1;
        const first = log.findIndex((entry) => entry.time >= time);
        const before = { stdout: 0, stderr: 0 };
        for (const { stream, data } of log.slice(0, first)) before[stream] += data.length;
        expect(before).toEqual(place);
        const read = log.filter((entry) => entry.time >= time);
        expect(read.slice(0, 20)).toEqual(log.slice(first, first + 20));
      }
    }
    expect(found).toBeGreaterThan(100);
  });
});
