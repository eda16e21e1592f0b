import { describe, expect, test } from 'vitest';
import { exit, summary } from './desktop.test-helper.ts';
import { slowStartMs } from './notification-event.ts';
import { maxNewsPerMinute, NotificationPolicy, sameNewsMs } from './notification-policy.ts';

function openDesk() {
  let now = 1_000_000;
  const desk = new NotificationPolicy(() => now);
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
    expect(kinds({ state: 'running', last_exit: exit() })).toEqual(['ready']);
    expect(kinds({ state: 'running', last_exit: exit(), name: 'Other' })).toEqual([]);
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
    expect(told).toEqual(['crashed', 'ready']);
    expect(desk.isOwing).toBe(true);
    expect(desk.overdue()).toEqual([]);
    pass(sameNewsMs);
    const [rest] = desk.overdue();
    expect(rest).toMatchObject({ kind: 'crashed' });
    expect(rest?.text).toContain('5 times more');
    expect(desk.isOwing).toBe(false);
    expect(desk.overdue()).toEqual([]);
  });

  test('of all servers at once is cut', () => {
    const { desk, pass } = openDesk();
    const all = Array.from({ length: 50 }, (_, index) => summary({ internal_id: `s${index}` }));
    desk.list(all);
    expect(desk.list(all.map((one) => ({ ...one, ...crash(1) })))).toHaveLength(maxNewsPerMinute);
    pass(60_000);
    expect(desk.list(all.map((one) => ({ ...one, ...crash(2) })))).toHaveLength(maxNewsPerMinute);
  });
});
