import { expect, test } from 'vitest';
import type { LastExit } from '../../../shared/model/server.ts';
import { summary } from '../../state/servers.test-helper.ts';
import { recentCrashes, recentMs, SeenCrashStorage } from './recent-crashes.ts';

const now = 1_900_000_000_000;
const exit = (more: Partial<LastExit> = {}): LastExit => ({
  at: now - 1000,
  code: 137,
  signal: 'SIGKILL',
  oom: true,
  wanted: false,
  reason: 'out of memory',
  ...more,
});
const server = (
  id: string,
  last_exit: LastExit | null,
  state: 'running' | 'exit' | 'starting' = 'running',
) => ({
  ...summary(id),
  state,
  last_exit,
});
const none = new Map<string, number>();
const ids = (servers: Parameters<typeof recentCrashes>[0], seen: ReadonlyMap<string, number> = none) =>
  recentCrashes(servers, { seen, now }).map((crash) => crash.server.internal_id);

test('I6 a server that crashed and came up again is told of, the newest crash first', () => {
  const servers = [
    server('old', exit({ at: now - 5000 })),
    server('new', exit(), 'starting'),
    server('fine', null),
    server('stopped', exit({ wanted: true })),
    server('down', exit(), 'exit'),
    server('long-ago', exit({ at: now - recentMs - 1 })),
  ];
  expect(ids(servers)).toEqual(['new', 'old']);
});

test('I6 what was seen is told no more, its next crash is', () => {
  const kept = new Map<string, string>();
  const storage = new SeenCrashStorage(() => ({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  }));
  const crashed = server('one', exit());
  storage.add(storage.read(), { server: crashed, exit: exit() });
  expect(ids([crashed], storage.read())).toEqual([]);
  expect(ids([server('one', exit({ at: now }))], storage.read())).toEqual(['one']);
});

test('a storage that is full, or holds something else, is none', () => {
  const broken = new SeenCrashStorage(() => ({
    getItem: () => '{"x":1',
    setItem: () => {
      throw new Error('quota');
    },
  }));
  expect([...broken.read()]).toEqual([]);
  expect(broken.add(broken.read(), { server: server('one', exit()), exit: exit() }).get('one')).toBe(
    now - 1000,
  );
});
