import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../../tests/support/until.ts';
import { silentLog } from '../lib/log.ts';
import { openSqliteStore, type SqliteStore } from '../store/sqlite-store.ts';
import { AuditDeduplicator, repeatWindowMs } from './audit-deduplicator.ts';
import { type AuditTrail, createAuditTrail, keptMs, keptRows, pageSize } from './audit-trail.ts';
import type { AuditEntry } from './contract.ts';

const start = 1_900_000_000_000;
let folder: string;
let store: SqliteStore;
let trail: AuditTrail;
let time: number;
let errors: string[];

const entry = (more: Partial<AuditEntry> = {}): Omit<AuditEntry, 'at'> => ({
  actor: 'panel',
  address: '192.0.2.1',
  via: 'http',
  action: 'POST /containers/:id/start',
  container: 'a',
  volume: null,
  detail: '',
  result: 'ok',
  ...more,
});
const all = (containers: string[] | null = null) => trail.page({ before: null, containers });
const open = () =>
  createAuditTrail({
    store,
    now: () => time,
    log: { ...silentLog, error: (_details, message) => errors.push(message) },
  });

test('I6 crashes of one server push none of another’s out of the record', () => {
  const repeats = new AuditDeduplicator();
  const crash = (container: string) =>
    repeats.admits({
      ...entry({ via: 'host', actor: 'host', address: '', action: 'crash', result: 'crashed', container }),
      at: start,
    });
  for (let count = 0; count < 100; count += 1) crash('a');
  expect([crash('a'), crash('b')]).toEqual([false, true]);
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightdeck-audit-'));
  store = openSqliteStore({ path: join(folder, 'lightdeck.db'), log: silentLog });
  time = start;
  errors = [];
  trail = open();
});
afterEach(() => {
  trail.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the record of changes', () => {
  test('gives back what was recorded, newest first, at once', () => {
    trail.record(entry());
    time += 5;
    trail.record(entry({ action: 'DELETE /containers/:id', result: 'busy', volume: 'v', detail: 'Über 🎲' }));
    expect(all()).toEqual([
      {
        id: 2,
        at: start + 5,
        ...entry({ action: 'DELETE /containers/:id', result: 'busy', volume: 'v', detail: 'Über 🎲' }),
      },
      { id: 1, at: start, ...entry() },
    ]);
  });

  test('writes by itself within a moment, several entries at once', async () => {
    const writes: number[] = [];
    const { audit } = store;
    const counted: AuditTrail = createAuditTrail({
      store: {
        audit: {
          ...audit,
          append(entries) {
            writes.push(entries.length);
            audit.append(entries);
          },
        },
      },
      now: () => time,
      log: silentLog,
    });
    for (let n = 0; n < 5; n += 1) counted.record(entry());
    expect(writes).toEqual([]);
    await until(() => writes.length > 0);
    expect(writes).toEqual([5]);
    counted.close();
  });

  test('what waits is written when it closes', () => {
    trail.record(entry());
    trail.close();
    trail = open();
    expect(all()).toHaveLength(1);
  });

  test('pages meet without a hole, and new entries do not move them', () => {
    for (let n = 0; n < pageSize * 2 + 3; n += 1) trail.record(entry({ detail: String(n) }));
    const first = all();
    trail.record(entry({ detail: 'new' }));
    const second = trail.page({ before: first.at(-1)?.id ?? 0, containers: null });
    const third = trail.page({ before: second.at(-1)?.id ?? 0, containers: null });
    expect([...first, ...second, ...third].map(({ detail }) => Number(detail))).toEqual(
      Array.from({ length: pageSize * 2 + 3 }, (_, n) => pageSize * 2 + 2 - n),
    );
  });

  test('can be asked about some servers alone', () => {
    for (const container of ['a', 'b', 'c', null]) trail.record(entry({ container }));
    expect(all(['a', 'c']).map(({ container }) => container)).toEqual(['c', 'a']);
    expect(all([])).toEqual([]);
    expect(all(["a' OR 1=1 --"])).toEqual([]);
  });

  test('holds a bounded number of rows for a bounded time; the oldest go first', () => {
    trail.record(entry({ detail: 'oldest' }));
    time += 1000;
    trail.record(entry({ detail: 'second' }));
    all();
    time += keptMs;
    trail.record(entry({ detail: 'third' }));
    expect(all().map(({ detail }) => detail)).toEqual(['third', 'second']);
    const many = Array.from({ length: keptRows }, () => ({ ...entry(), at: time }));
    store.audit.append(many);
    trail.record(entry({ detail: 'newest' }));
    expect(all()[0]?.detail).toBe('newest');
    expect(store.audit.page({ before: null, containers: null, limit: keptRows * 2 })).toHaveLength(keptRows);
  });

  test('texts are cut', () => {
    trail.record(
      entry({ detail: 'd'.repeat(10_000), result: 'r'.repeat(10_000), actor: 'x'.repeat(10_000) }),
    );
    expect(all().map(({ detail, result, actor }) => [detail.length, result.length, actor.length])).toEqual([
      [500, 500, 128],
    ]);
  });

  test('a store that can not write neither throws nor grows without bound, and it is told once', () => {
    const { audit } = store;
    let full = true;
    const troubled: AuditTrail = createAuditTrail({
      store: {
        audit: {
          ...audit,
          append(entries) {
            if (full) throw new Error('disk full');
            audit.append(entries);
          },
        },
      },
      now: () => time,
      log: { ...silentLog, error: (_details, message) => errors.push(message) },
    });
    for (let n = 0; n < 12_000; n += 1) troubled.record(entry({ detail: String(n) }));
    expect(errors).toEqual(['the record of changes can not be written']);
    full = false;
    const rows = troubled.page({ before: null, containers: null });
    expect([rows[0]?.detail, rows[0]?.id]).toEqual(['11999', 5000]);
    expect(errors).toHaveLength(2);
    troubled.close();
  });
});

describe('A3 what can be repeated at will does not push changes out', () => {
  const guess = (address: string) =>
    entry({ action: 'authenticate', actor: '', address, container: null, result: 'unknown token' });

  test('of many guesses from one address one row is made at once, and one with their number later', () => {
    for (let n = 0; n < 500; n += 1) trail.record(guess('192.0.2.9'));
    expect(all()).toHaveLength(1);
    trail.close();
    trail = open();
    expect(all().map(({ detail }) => detail)).toEqual(['499 more of these up to here.', '']);
  });

  test('guesses from many addresses are a bounded number of rows', () => {
    for (let n = 0; n < 5000; n += 1) trail.record(guess(`2001:db8::${n.toString(16)}`));
    trail.close();
    trail = open();
    const rows = all();
    expect(rows.length).toBeLessThan(25);
    expect(rows[0]).toMatchObject({
      actor: 'several',
      address: '',
      detail: expect.stringMatching(/^4\d\d\d more/),
    });
  });

  test('failed logins by SFTP are guesses too, whatever names they try', () => {
    const login = (more: Partial<AuditEntry>) =>
      trail.record(entry({ via: 'sftp', action: 'login', ...more }));
    for (let n = 0; n < 500; n += 1) login({ actor: `user${n}`, container: null, result: 'wrong' });
    expect(all()).toHaveLength(1);
    for (let n = 0; n < 500; n += 1) login({ actor: 'user' });
    expect(all()).toHaveLength(31);
  });

  test('refusals and commands are counted after some, also with made-up words', () => {
    for (let n = 0; n < 100; n += 1) trail.record(entry({ result: `odd ${n}`, container: `c${n}` }));
    for (let n = 0; n < 100; n += 1) trail.record(entry({ via: 'socket', action: 'send_command' }));
    trail.close();
    trail = open();
    expect(all().filter(({ action }) => action !== 'send_command')).toHaveLength(31);
    expect(all().filter(({ action }) => action === 'send_command')).toHaveLength(31);
  });

  test('a window ends: the next one has rows of its own again', () => {
    const repeats = new AuditDeduplicator();
    const at = (ms: number) => ({ ...guess('192.0.2.9'), at: start + ms });
    expect([repeats.admits(at(0)), repeats.admits(at(repeatWindowMs))]).toEqual([true, true]);
    expect(repeats.admits(at(repeatWindowMs + 1))).toBe(false);
    expect(repeats.drain(start + repeatWindowMs + 1)).toEqual([]);
    expect(repeats.drain(start + 2 * repeatWindowMs)).toHaveLength(1);
    expect(repeats.admits(at(2 * repeatWindowMs))).toBe(true);
  });

  test('changes that were made all have their row', () => {
    for (let n = 0; n < 90; n += 1) trail.record(entry());
    expect(all()).toHaveLength(90);
  });
});

test('what was appended is not appended again because the pruning failed', () => {
  let full = true;
  const { audit } = store;
  const troubled = createAuditTrail({
    store: {
      audit: {
        ...audit,
        prune(bounds) {
          if (full) throw new Error('disk full');
          return audit.prune(bounds);
        },
      },
    },
    now: () => time,
    log: silentLog,
  });
  const read = () => troubled.page({ before: null, containers: null }).map(({ detail }) => detail);
  troubled.record(entry({ detail: 'once' }));
  expect(read()).toEqual(['once']);
  full = false;
  expect(read()).toEqual(['once']);
  troubled.close();
});
