import { expect, it, onTestFinished } from 'vitest';
import { EngineClock, FakeLog } from '../../tests/support/fake-log.ts';
import { until } from '../../tests/support/until.ts';
import type { EngineLogQuery } from '../docker/contract.ts';
import { EngineLogReader } from './engine-log-reader.ts';
import { LogFollower } from './log-follower.ts';

/** A container's log that nobody has read yet, and whoever reads on in it. */
function begin() {
  const log = new FakeLog({ clock: new EngineClock(), maxFileBytes: 1e9, maxFiles: 2 });
  log.begin();
  const queries: EngineLogQuery[] = [];
  const scope = new AbortController();
  onTestFinished(() => scope.abort());
  const readLog = (_id: string, query: EngineLogQuery, signal: AbortSignal) => {
    queries.push(query);
    return log.read(query, signal);
  };
  const reader = new EngineLogReader({ readLog }, 'id', false, undefined);
  const world = { log, queries, reader, text: '', isLive: false, holes: 0 };
  const follower = new LogFollower({
    reader,
    take: (entries) => {
      world.text += entries.map(({ data }) => data.toString()).join('');
    },
    isLive: () => world.isLive,
    onHole: () => {
      world.holes += 1;
    },
    signal: scope.signal,
  });
  return { ...world, world, follower };
}

const isFollowed = (queries: EngineLogQuery[]) => () => queries.at(-1)?.follow === true;

it('follows a log of which little is new, until the container ends', async () => {
  const { log, queries, world, follower } = begin();
  log.write('stdout', Buffer.from('one\n'));
  const followed = follower.follow();
  await until(isFollowed(queries), { everyMs: 1 });
  log.write('stdout', Buffer.from('two\n'));
  log.end();
  expect(await followed).toBe(true);
  expect(world.text).toBe('one\ntwo\n');
});

it('reads a flood from the end of the log, and does not follow it: an engine can lose what it rotates meanwhile', async () => {
  const { log, queries, world, follower } = begin();
  const lines = (from: number): string => Array.from({ length: 2500 }, (_, n) => `${from + n}\n`).join('');
  log.write('stdout', Buffer.from(lines(0)));
  const followed = follower.follow();
  await until(() => queries.length > 0, { everyMs: 1 });
  expect(queries.map(({ follow }) => follow)).not.toContain(true);
  await until(isFollowed(queries), { everyMs: 1 });
  expect(world.text).toBe(lines(0));
  world.isLive = true;
  log.write('stdout', Buffer.from('one more\n'));
  expect(await followed).toBe(false);
});

it('so much comes while it is followed that it is a flood: its end is read again', async () => {
  const { log, queries, world, follower } = begin();
  const followed = follower.follow();
  await until(isFollowed(queries), { everyMs: 1 });
  const before = queries.length;
  const line = `${'x'.repeat(10_000)}\n`;
  for (let n = 0; n < 300; n += 1) log.write('stdout', Buffer.from(line));
  await until(() => queries.length > before && world.text.length === 300 * line.length, { everyMs: 1 });
  expect(queries[before]).toMatchObject({ follow: false });
  log.end();
  expect(await followed).toBe(true);
  expect(world.text).toBe(line.repeat(300));
});

it('looks again when the attachment brings what following does not', async () => {
  const { queries, world, log, follower } = begin();
  const followed = follower.follow();
  await until(isFollowed(queries), { everyMs: 1 });
  const before = queries.length;
  follower.lookAgain();
  await until(() => queries.length >= before + 2, { everyMs: 1 });
  expect(queries[before]).toMatchObject({ follow: false });
  log.end();
  expect(await followed).toBe(true);
  expect(world.holes).toBe(0);
});
