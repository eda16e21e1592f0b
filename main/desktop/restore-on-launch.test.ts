import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { until } from '../../tests/support/until.ts';
import { writeAtomically } from '../lib/write-atomically.ts';
import { FakeWatch, summary } from './desktop.test-helper.ts';
import { maxRemembered, rememberServers, restartRemembered, takeRemembered } from './restore-on-launch.ts';

describe('what is to come back', () => {
  const place = (): string => join(tempDir(), 'come-back.json');

  test('is given once, in its order', () => {
    const path = place();
    expect(takeRemembered(path)).toEqual([]);
    rememberServers(path, ['b', 'a', 'b', 'c.d'], writeAtomically);
    expect(takeRemembered(path)).toEqual(['b', 'a', 'c.d']);
    expect(takeRemembered(path)).toEqual([]);
    rememberServers(path, ['a'], writeAtomically);
    rememberServers(path, [], writeAtomically);
    expect(existsSync(path)).toBe(false);
  });

  test('is bounded', () => {
    const path = place();
    const ids = Array.from({ length: maxRemembered + 9 }, (_, index) => `${index}`.padStart(64, 'x'));
    rememberServers(path, ids, writeAtomically);
    expect(readFileSync(path, 'utf8').length).toBeLessThan(32 * 1024);
    expect(takeRemembered(path)).toEqual(ids.slice(0, maxRemembered));
  });

  test.each([
    '',
    '{"version":1,"servers":["a"',
    '{"version":2,"servers":["a"]}',
    '{"version":1,"servers":["../a"]}',
    '{"version":1,"servers":[".."]}',
    JSON.stringify({ version: 1, servers: Array(maxRemembered + 1).fill('a') }),
    `${' '.repeat(40_000)}{"version":1,"servers":["a"]}`,
  ])('is nothing if its file is no good (%#), which goes', (text) => {
    const path = place();
    writeFileSync(path, text);
    expect(takeRemembered(path)).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });

  test('is nothing if there is a folder in its place', () => {
    const path = place();
    mkdirSync(path);
    expect(takeRemembered(path)).toEqual([]);
  });
});

describe('coming back', () => {
  const stopped = (...ids: string[]) => ids.map((internal_id) => summary({ internal_id, state: 'exit' }));
  const slow = { eachMs: 60_000, waitMs: 60_000 };

  test('waits for the engine, then starts in order, two at a time, and what runs or is gone not at all', async () => {
    const watch = new FakeWatch(null);
    watch.onPower = (id) => watch.setState(id, 'starting');
    const done = restartRemembered({ watch, ids: ['b', 'runs', 'a', 'gone', 'c', 'd'], width: 2, ...slow });
    const servers = [...stopped('a', 'b', 'c', 'd'), summary({ internal_id: 'runs' })];
    watch.set(servers.map((server) => ({ ...server, state: 'unknown' })));
    expect(watch.asked).toEqual([]);
    watch.set(servers);
    await until(() => watch.asked.length === 2);
    expect(watch.asked).toEqual(['start b', 'start a']);
    watch.setState('a', 'running');
    await until(() => watch.asked.length === 3);
    expect(watch.asked.at(-1)).toBe('start c');
    // One that fails to start leaves its place as well.
    watch.setState('c', 'exit');
    await until(() => watch.asked.length === 4);
    expect(watch.asked.at(-1)).toBe('start d');
    watch.setState('d', 'running');
    watch.setState('b', 'running');
    await done;
    expect(watch.listeners).toBe(0);
  });

  test('goes on after a refusal and after one that takes too long', async () => {
    const watch = new FakeWatch(stopped('refused', 'slow', 'last'));
    watch.onPower = (id) => {
      if (id === 'refused') throw new Error('no');
      watch.setState(id, id === 'slow' ? 'starting' : 'running');
    };
    await restartRemembered({
      watch,
      ids: ['refused', 'slow', 'last'],
      width: 1,
      waitMs: 60_000,
      eachMs: 20,
    });
    expect(watch.asked).toEqual(['start refused', 'start slow', 'start last']);
    expect(watch.listeners).toBe(0);
  });

  test('ends with the app, or if no engine comes', async () => {
    const watch = new FakeWatch(stopped('a', 'b'));
    watch.onPower = (id) => watch.setState(id, 'starting');
    const end = new AbortController();
    const done = restartRemembered({ watch, ids: ['a', 'b'], width: 1, signal: end.signal, ...slow });
    await until(() => watch.asked.length === 1);
    end.abort();
    await done;
    expect(watch.asked).toEqual(['start a']);
    watch.set(null);
    await restartRemembered({ watch, ids: ['a'], waitMs: 10 });
    expect(watch.asked).toEqual(['start a']);
    expect(watch.listeners).toBe(0);
  });
});
