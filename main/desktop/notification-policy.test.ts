import { describe, expect, test } from 'vitest';
import type { ServerSummary } from '../../shared/model/host.ts';
import type { NewsKind } from './contract.ts';
import { exit, summary } from './desktop.test-helper.ts';
import { slowStartMs } from './notification-event.ts';
import { maxNewsPerMinute, NotificationPolicy, sameNewsMs } from './notification-policy.ts';

function openDesk(unwanted: readonly NewsKind[] = []) {
  let now = 1_000_000;
  const isWanted = (kind: NewsKind): boolean => !unwanted.includes(kind);
  const desk = new NotificationPolicy({ now: () => now, isWanted });
  const pass = (ms: number): void => {
    now += ms;
  };
  const kinds = (server: Parameters<typeof summary>[0]): string[] =>
    desk.server(summary(server)).map(({ kind }) => kind);
  return { desk, pass, kinds };
}

describe('what is news', () => {
  test('nothing that the first list tells', () => {
    const { desk } = openDesk();
    const servers = [
      summary({ state: 'exit', last_exit: exit() }),
      summary({ internal_id: 'b', state: 'failed' }),
    ];
    expect(desk.list(servers)).toEqual([]);
    expect(desk.list(servers)).toEqual([]);
  });

  test('a crash, with how it ended; and that it came back, however quickly', () => {
    const { desk, kinds } = openDesk();
    desk.list([summary()]);
    const [crash, ...more] = desk.server(
      summary({ state: 'exit', last_exit: exit({ reason: 'crashed (exit code 139, SIGSEGV)' }) }),
    );
    expect(more).toEqual([]);
    expect(crash).toMatchObject({ kind: 'crashed', serverId: 'one', serverName: 'One' });
    expect(crash?.text).toContain('crashed (exit code 139, SIGSEGV)');
    expect(kinds({ state: 'starting', last_exit: exit() })).toEqual([]);
    const [back] = desk.server(summary({ state: 'running', last_exit: exit({ reason: 'killed: SIGKILL' }) }));
    expect(back).toMatchObject({
      kind: 'recovered',
      text: 'One is running again, after this: killed: SIGKILL.',
    });
    expect(kinds({ state: 'running', last_exit: exit(), name: 'Other' })).toEqual([]);
  });

  test('a crash that is over when it is seen, as one thing', () => {
    const { desk } = openDesk();
    desk.list([summary()]);
    desk.server(summary({ state: 'exit', last_exit: exit({ wanted: true }) }));
    const news = desk.server(
      summary({ state: 'running', last_exit: exit({ at: 2, reason: 'out of memory' }) }),
    );
    expect(news).toMatchObject([
      { kind: 'recovered', text: 'One is running again, after this: out of memory.' },
    ]);
    expect(desk.isOwing).toBe(false);
  });

  test('but none that somebody starts long after a crash', () => {
    const { desk, pass, kinds } = openDesk();
    desk.list([summary()]);
    expect(kinds({ state: 'exit', last_exit: exit() })).toEqual(['crashed']);
    pass(3_600_000);
    kinds({ state: 'starting', last_exit: exit() });
    expect(kinds({ state: 'running', last_exit: exit() })).toEqual([]);
  });

  test.each([
    ['asked for', exit({ wanted: true, code: 143 })],
    ['by the program itself', exit({ code: 0 })],
  ])('no end that was %s', (_how, last_exit) => {
    const { desk, kinds } = openDesk();
    desk.list([summary()]);
    expect(kinds({ state: 'exit', last_exit })).toEqual([]);
  });

  test('out of memory is a crash whatever the exit code', () => {
    const { desk, kinds } = openDesk();
    desk.list([summary()]);
    expect(kinds({ state: 'exit', last_exit: exit({ oom: true, code: 0 }) })).toEqual(['crashed']);
  });

  test.each([
    [slowStartMs - 1, []],
    [slowStartMs, ['ready']],
  ])('a start that took %i ms: %j', (ms, news) => {
    const { desk, pass, kinds } = openDesk();
    desk.list([summary({ state: 'exit' })]);
    expect(kinds({ state: 'starting' })).toEqual([]);
    pass(ms - 1);
    expect(kinds({ state: 'starting', started_at: 5 })).toEqual([]);
    pass(1);
    expect(kinds({ state: 'running' })).toEqual(news);
  });

  test.each([
    ['installed', ['installed']],
    ['failed', ['install-failed']],
  ] as const)('an install that ends as %s, also while the engine was away', (state, news) => {
    const { desk, kinds } = openDesk();
    desk.list([]);
    expect(kinds({ state: 'installing' })).toEqual([]);
    expect(kinds({ state: 'unknown' })).toEqual([]);
    expect(kinds({ state })).toEqual(news);
    expect(kinds({ state })).toEqual([]);
  });

  test('an engine that goes and comes back is none', () => {
    const { desk, kinds } = openDesk();
    desk.list([summary()]);
    expect(kinds({ state: 'unknown' })).toEqual([]);
    expect(kinds({ state: 'running' })).toEqual([]);
  });

  test('after a reconnect only what is new since', () => {
    const { desk } = openDesk();
    const old = summary({ internal_id: 'old', state: 'exit', last_exit: exit() });
    desk.list([summary(), old, summary({ internal_id: 'gone' })]);
    const now = [
      summary({ state: 'exit', last_exit: exit() }),
      old,
      summary({ internal_id: 'fresh', state: 'exit', last_exit: exit() }),
    ];
    expect(desk.list(now).map(({ kind, serverId }) => [kind, serverId])).toEqual([['crashed', 'one']]);
    // A server that was gone is a new one.
    expect(desk.list([...now, summary({ internal_id: 'gone', state: 'failed' })])).toEqual([]);
  });

  test('storage that runs out, of a server that is there', () => {
    const { desk } = openDesk();
    desk.list([summary()]);
    expect(desk.message('one', 'Container started')).toEqual([]);
    expect(desk.message('other', 'System out of storage')).toEqual([]);
    expect(desk.message('one', 'System out of storage')).toMatchObject([
      { kind: 'out-of-space', serverId: 'one' },
    ]);
    expect(desk.message('one', 'System out of storage')).toEqual([]);
  });
});

describe('a burst', () => {
  const crash = (at: number) => ({ state: 'exit', last_exit: exit({ at }) }) as const;

  test('a crash loop is told once, and once more when it is over', () => {
    const { desk, pass, kinds } = openDesk();
    desk.list([summary()]);
    const told: string[] = [];
    for (let at = 1; at <= 6; at += 1) {
      told.push(...kinds(crash(at)));
      pass(2_000);
      if (at < 6) told.push(...kinds({ state: 'running', last_exit: exit({ at }) }));
    }
    expect(told).toEqual(['crashed', 'recovered']);
    expect(desk.isOwing).toBe(true);
    expect(desk.overdue()).toEqual([]);
    pass(sameNewsMs);
    const [rest] = desk.overdue();
    expect(rest).toMatchObject({ kind: 'crashed' });
    expect(rest?.text).toContain('5 times more');
    expect(desk.isOwing).toBe(false);
    expect(desk.overdue()).toEqual([]);
  });

  test('a crash loop that has come to rest in running is told, too', () => {
    const { desk, pass, kinds } = openDesk();
    desk.list([summary()]);
    for (let at = 1; at <= 3; at += 1) {
      kinds(crash(at));
      kinds({ state: 'running', last_exit: exit({ at }) });
    }
    pass(sameNewsMs);
    expect(desk.overdue()).toMatchObject([
      {
        kind: 'recovered',
        text: 'One is running again. It ended 2 times more without anybody’s wish, last: crashed (exit code 1).',
      },
    ]);
    expect(desk.isOwing).toBe(false);
  });

  const many = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);
  const all = (count: number, changes: Partial<ServerSummary> = {}) =>
    many(count).map((internal_id) => summary({ internal_id, name: internal_id, ...changes }));

  test('of all servers at once is cut; the problems that were cut are told later, in one', () => {
    const { desk, pass } = openDesk();
    desk.list(all(50));
    expect(desk.list(all(50, crash(1)))).toHaveLength(maxNewsPerMinute);
    expect(desk.overdue()).toEqual([]);
    expect(desk.isOwing).toBe(true);
    pass(60_000);
    expect(desk.overdue()).toMatchObject([
      {
        kind: 'several',
        serverName: '42 servers',
        text: 's8, s9, s10 and 39 more: something went wrong with each. Their pages tell what.',
      },
    ]);
    expect(desk.isOwing).toBe(false);
    expect(desk.list(all(50, crash(2)))).toHaveLength(maxNewsPerMinute - 1);
  });

  test('of other news leaves room for problems', () => {
    const { desk } = openDesk();
    desk.list(all(20, { state: 'installing' }));
    expect(desk.list(all(20, { state: 'installed' }))).toHaveLength(maxNewsPerMinute);
    expect(desk.list(all(1, crash(1)))).toMatchObject([{ kind: 'crashed' }]);
  });

  test('of news that nobody wants counts for nothing', () => {
    const { desk } = openDesk(['out-of-space']);
    desk.list(all(20));
    for (const id of many(20)) expect(desk.message(id, 'System out of storage')).toEqual([]);
    expect(desk.isOwing).toBe(false);
    expect(desk.list(all(20, crash(1)))).toHaveLength(maxNewsPerMinute);
  });

  test('a failed install that was cut is told later, unless it was mended meanwhile', () => {
    const { desk, pass } = openDesk();
    const servers = all(maxNewsPerMinute + 2, { state: 'installing' });
    desk.list(servers);
    const failed = servers.map((one) => ({ ...one, state: 'failed' as const }));
    expect(desk.list(failed)).toHaveLength(maxNewsPerMinute);
    desk.list([
      ...failed.slice(0, -1),
      ...servers.slice(-1).map((one) => ({ ...one, state: 'installed' as const })),
    ]);
    pass(60_000);
    expect(desk.overdue()).toMatchObject([{ kind: 'install-failed', serverId: `s${maxNewsPerMinute}` }]);
    expect(desk.isOwing).toBe(false);
  });
});
