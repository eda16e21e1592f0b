import { expect, test } from 'vitest';
import type { Preferences } from '../../shared/model/preferences.ts';
import type { NotificationEvent } from './contract.ts';
import { isWanted, maxNotices, type Notice, openNotifier } from './notifications.ts';

const news = (kind: NotificationEvent['kind'], serverId = 'one'): NotificationEvent => ({
  kind,
  serverId,
  serverName: 'One',
  text: `text of ${kind}`,
});
const kinds: NotificationEvent['kind'][] = [
  'crashed',
  'recovered',
  'ready',
  'out-of-space',
  'installed',
  'install-failed',
];

class FakeNotice {
  readonly notice: Notice;
  state: 'new' | 'shown' | 'closed' = 'new';
  click: () => void = () => {};
  gone: () => void = () => {};

  constructor(notice: Notice) {
    this.notice = notice;
  }

  onClick(listener: () => void): void {
    this.click = listener;
  }

  onGone(listener: () => void): void {
    this.gone = listener;
  }

  show(): void {
    this.state = 'shown';
  }

  /** As Electron, which tells of a close that was asked for, too. */
  close(): void {
    this.state = 'closed';
    this.gone();
  }
}

function open(options: { level?: Preferences['notifications']; lookedAt?: string } = {}) {
  const made: FakeNotice[] = [];
  const opened: string[] = [];
  const notifier = openNotifier({
    make: (notice) => {
      const one = new FakeNotice(notice);
      made.push(one);
      return one;
    },
    level: () => options.level ?? 'all',
    isLookedAt: (id) => id === options.lookedAt,
    open: (path) => opened.push(path),
  });
  const visible = (): FakeNotice[] => made.filter(({ state }) => state === 'shown');
  return { notifier, made, opened, visible };
}

test.each([
  ['all', kinds],
  ['problems', ['crashed', 'recovered', 'out-of-space', 'install-failed']],
  ['none', []],
] as const)('%s wants %j', (level, wanted) => {
  expect(kinds.filter((kind) => isWanted(kind, level))).toEqual(wanted);
  const { notifier, made } = open({ level });
  for (const kind of kinds) notifier.tell(news(kind));
  expect(made).toHaveLength(wanted.length);
});

test('shows a title and a sentence; a click leads to the server', () => {
  const { notifier, made, opened } = open();
  notifier.tell(news('crashed', 'a.b'));
  expect(made[0]).toMatchObject({
    state: 'shown',
    notice: { title: 'One crashed', body: 'text of crashed' },
  });
  made[0]?.click();
  expect(opened).toEqual(['/servers/a.b']);
});

test.each([
  ['crashed', 'One crashed', 'critical'],
  ['out-of-space', 'One is out of storage', 'critical'],
  ['install-failed', 'One: install failed', 'critical'],
  ['recovered', 'One crashed and runs again', 'normal'],
  ['ready', 'One is ready', 'normal'],
  ['installed', 'One is installed', 'normal'],
] as const)('%s is called "%s", and is %s', (kind, title, urgency) => {
  const { notifier, made } = open();
  notifier.tell(news(kind));
  expect(made[0]?.notice).toMatchObject({ title, urgency });
});

test('shows nothing of the server that is looked at', () => {
  const { notifier, made } = open({ lookedAt: 'one' });
  notifier.tell(news('crashed', 'one'));
  notifier.tell(news('crashed', 'two'));
  expect(made).toHaveLength(1);
});

test('keeps one for each server, and a bounded number of all', () => {
  const { notifier, made, visible } = open();
  notifier.tell(news('crashed'));
  notifier.tell(news('ready'));
  expect(made.map(({ state }) => state)).toEqual(['closed', 'shown']);
  for (let count = 0; count < 2 * maxNotices; count += 1) notifier.tell(news('crashed', `s${count}`));
  expect(visible()).toHaveLength(maxNotices);
  expect(made.at(-1)?.state).toBe('shown');
  const before = visible();
  for (const one of before.slice(0, 5)) one.gone();
  notifier.tell(news('crashed', 'more'));
  expect(visible()).toHaveLength(maxNotices + 1);
  notifier.close();
  expect(visible()).toHaveLength(5);
});
