import { expect, test } from 'vitest';
import { until } from '../../tests/support/until.ts';
import { FakeWatch, summary } from './desktop.test-helper.ts';
import { followLink } from './follow-link.ts';

function open(watch: FakeWatch, { says = true, waitMs = 60_000 } = {}) {
  const done: string[] = [];
  let show = (): void => {};
  const visible = new Promise<void>((resolve) => {
    show = resolve;
  });
  const options = {
    watch,
    show: (path: string) => void done.push(`show ${path}`),
    shown: () => visible,
    confirm: async (title: string) => {
      done.push(title);
      return says;
    },
    power: (id: string, action: 'start' | 'stop' | 'restart' | 'kill') => watch.power(id, action),
    waitMs,
  };
  return { done, show: () => show(), options };
}

test('a page is shown at once', async () => {
  const { done, options } = open(new FakeWatch(null));
  await followLink({ path: '/new' }, options);
  expect(done).toEqual(['show /new']);
});

test('a link that starts the app waits for the list of servers and for the window, then asks', async () => {
  const watch = new FakeWatch(null);
  const { done, show, options } = open(watch);
  const followed = followLink({ ask: 'stop', serverId: 'one' }, options);
  expect(done).toEqual(['show /servers/one']);
  watch.set([summary()]);
  // Nothing is asked below a window that is only coming.
  await until(() => watch.listeners === 0);
  expect(done).toEqual(['show /servers/one']);
  show();
  await followed;
  expect(done).toEqual(['show /servers/one', 'Stop One?']);
  expect(watch.asked).toEqual(['stop one']);
});

test.each([
  ['no', [summary()], false, 1],
  ['there is no such server', [summary({ internal_id: 'other' })], true, 0],
])('nothing is done when %s', async (_why, servers, says, questions) => {
  const watch = new FakeWatch(servers);
  const { done, show, options } = open(watch, { says });
  show();
  await followLink({ ask: 'start', serverId: 'one' }, options);
  expect(done).toHaveLength(1 + questions);
  expect(watch.asked).toEqual([]);
});

test('a host that doesn’t come is not waited for without end', async () => {
  const watch = new FakeWatch(null);
  const { done, show, options } = open(watch, { waitMs: 1 });
  show();
  await followLink({ ask: 'start', serverId: 'one' }, options);
  expect(done).toEqual(['show /servers/one']);
  expect(watch.listeners).toBe(0);
});
