import { expect, it } from 'vitest';
import { Random } from '../../tests/support/random.ts';
import type { Engine, EngineLogQuery, LogEntry } from '../docker/contract.ts';
import { EngineLogReader } from './engine-log-reader.ts';

const timeOf = (n: number): string => `2026-01-01T00:00:00.${String(n).padStart(9, '0')}Z`;
const entry = (n: number, time = n * 1_000_000): LogEntry => ({
  stream: 'stdout',
  time: timeOf(time),
  data: Buffer.from(`${n}\n`),
});
const until = new AbortController().signal;

/** A log that can be read as an engine's: the last entries first of all, then those from a time on. */
class Log {
  readonly entries: LogEntry[] = [];
  readonly queries: EngineLogQuery[] = [];
  /** Entries in one piece. */
  size: () => number = () => 50;

  readonly engine: Pick<Engine, 'readLog'> = {
    readLog: (_id, query) => this.read(query),
  };

  private async *read(query: EngineLogQuery): AsyncGenerator<LogEntry[]> {
    const { since, tail = this.entries.length } = query;
    this.queries.push(query);
    const last = tail === 0 ? [] : this.entries.slice(-tail);
    const asked = last.filter(({ time }) => since === undefined || time >= since);
    while (asked.length > 0) yield asked.splice(0, this.size());
  }
}

async function all(reading: AsyncGenerator<LogEntry[]>): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const some of reading) entries.push(...some);
  return entries;
}

it('G1 what is new is read from the end of the log: how long it is costs nothing', async () => {
  const log = new Log();
  for (let n = 0; n < 5000; n += 1) log.entries.push(entry(n, n * 100_000));
  const reader = new EngineLogReader(log.engine, 'id', false, undefined);
  expect(await all(reader.untilEnd(until))).toHaveLength(5000);
  for (let n = 5000; n < 5100; n += 1) log.entries.push(entry(n, n * 100_000));
  log.queries.splice(0);
  expect(await all(reader.news(until))).toEqual(log.entries.slice(5000));
  expect(await all(reader.following(until))).toEqual([]);
  for (const { since, tail } of log.queries) {
    expect(since).toBeUndefined();
    expect(tail).toBeLessThan(5000);
  }
});

it('more is asked for if more is new than was to be expected, and nothing is given twice', async () => {
  const log = new Log();
  for (let n = 0; n < 10; n += 1) log.entries.push(entry(n));
  const reader = new EngineLogReader(log.engine, 'id', false, undefined);
  await all(reader.untilEnd(until));
  for (let n = 10; n < 3000; n += 1) log.entries.push(entry(n, n * 300_000));
  expect(await all(reader.news(until))).toEqual(log.entries.slice(10));
  expect(reader.lostPlace).toBe(false);
});

it('G1 a log that was rotated past what was read of it is seen by that', async () => {
  const log = new Log();
  for (let n = 0; n < 10; n += 1) log.entries.push(entry(n));
  const reader = new EngineLogReader(log.engine, 'id', false, undefined);
  await all(reader.untilEnd(until));
  log.entries.splice(0, log.entries.length, entry(20), entry(21));
  expect(await all(reader.news(until))).toEqual(log.entries);
  expect(reader.lostPlace).toBe(true);
});

it('S14 each entry once and none left out, also where times are out of order or the same', async () => {
  const random = new Random(7);
  for (let round = 0; round < 200; round += 1) {
    const log = new Log();
    log.size = () => 1 + random.below(60);
    const reader = new EngineLogReader(log.engine, 'id', false, undefined);
    const read = await all(reader.untilEnd(until));
    for (let time = 1000; log.entries.length < 2500; ) {
      for (let count = random.below(900); count >= 0; count -= 1) {
        time += random.below(3);
        // Two streams that are written side by side, and pieces of one line.
        log.entries.push(entry(log.entries.length, time - (random.below(20) === 0 ? random.below(4) : 0)));
      }
      read.push(...(await all(random.below(3) === 0 ? reader.following(until) : reader.news(until))));
      expect(read.length).toBe(log.entries.length);
    }
    expect(read).toEqual(log.entries);
  }
});
