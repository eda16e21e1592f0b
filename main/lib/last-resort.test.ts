import { AssertionError } from 'node:assert';
import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { LastResort } from './last-resort.ts';
import { type Log, silentLog } from './log.ts';

let lines: string[];
let ends: string[];
let time: number;
let log: Log;
let guard: LastResort;

beforeEach(() => {
  lines = [];
  ends = [];
  time = 0;
  log = { ...silentLog, error: (details, message) => lines.push(`${message} ${Object.keys(details)}`) };
  guard = new LastResort({ log, end: (problem) => ends.push(problem), elapsed: () => time });
});

describe('errors that nobody handled', () => {
  it('are logged with what and where, and end nothing', () => {
    guard.handle(new TypeError('x is not a function'), 'exception');
    guard.handle('a string', 'promise');
    expect(lines).toEqual([
      'a failure that nobody handled; the host goes on err,origin',
      'a failure that nobody handled; the host goes on err,origin',
    ]);
    expect(ends).toEqual([]);
  });

  it('end the host, once, where what it says can not be trusted any more', () => {
    const damaged = new Error('the store failed', {
      cause: Object.assign(new Error('malformed'), { code: 'SQLITE_CORRUPT' }),
    });
    guard.handle(damaged, 'exception');
    guard.handle(damaged, 'exception');
    expect(ends).toEqual(['the database is damaged: the store failed']);
    const other = new LastResort({ log, end: (problem) => ends.push(problem), elapsed: () => time });
    other.handle(new AssertionError({ message: 'never' }), 'promise');
    expect(ends[1]).toContain('never');
  });

  it('end it when they never cease, not when they are rare', () => {
    for (let n = 0; n < 500; n += 1) {
      time += 10_000;
      guard.handle(new Error('again'), 'exception');
    }
    expect(ends).toEqual([]);
    for (let n = 0; n < 60; n += 1) guard.handle(new Error('again'), 'exception');
    expect(ends).toEqual(['more than 50 failures within a minute, the last: again']);
  });

  it('are left alone when only the reader of our output has gone, and a log that fails changes nothing', () => {
    for (let n = 0; n < 60; n += 1)
      guard.handle(Object.assign(new Error('pipe'), { code: 'EPIPE' }), 'exception');
    expect([lines, ends]).toEqual([[], []]);
    const broken: Log = {
      ...silentLog,
      error() {
        throw new Error('no disk');
      },
    };
    const mute = new LastResort({ log: broken, end: (problem) => ends.push(problem), elapsed: () => time });
    mute.handle(new Error('first'), 'exception');
    mute.handle(new AssertionError({ message: 'never' }), 'exception');
    expect(ends).toHaveLength(1);
  });

  it('are heard of by the process until the guard is taken off', () => {
    const target = new EventEmitter();
    const off = guard.watch(target);
    target.emit('uncaughtException', new Error('a'));
    target.emit('unhandledRejection', new Error('b'));
    off();
    expect([lines.length, target.eventNames()]).toEqual([2, []]);
  });
});
