import { describe, expect, test } from 'vitest';
import { LightdeckError } from '../../../shared/errors.ts';
import { noAudit } from '../../audit/contract.ts';
import type { Backups } from '../../backups/contract.ts';
import { HostNews } from '../../feature/host-news.ts';
import { silentLog } from '../../lib/log.ts';
import { Operations } from '../../operations/operations.ts';
import type { StepContext } from '../contract.ts';
import { backupScheduleActions } from './backup-actions.ts';

type Run = (signal: AbortSignal) => Promise<Record<string, unknown> | null>;

/** Both actions on backups whose work is `run`; `ids` are the server's backups, the newest first. */
function openActions(run: Run, ids: string[] = [], busyTimes = 0) {
  let busy = busyTimes;
  const operations = new Operations({ now: Date.now, audit: noAudit, news: new HostNews(), log: silentLog });
  const asked: unknown[] = [];
  const begin = (kind: string) =>
    operations.start({
      kind,
      container: 's',
      title: kind,
      scope: 'backups',
      by: 'x',
      run: ({ signal }) => run(signal),
    });
  const backups: Pick<Backups, 'list' | 'make' | 'check' | 'rehearse'> = {
    list: async () =>
      ids.map((id) => ({ ...backup, id, kind: id.startsWith('point') ? 'restore_point' : 'backup' })),
    make(server, request) {
      busy -= 1;
      if (busy >= 0) throw new LightdeckError('busy', 'another one is under way');
      asked.push([server, request]);
      return begin('backup');
    },
    check(server, id, by) {
      asked.push(['check', server, id, by]);
      return begin('check');
    },
    rehearse(server, id, by) {
      asked.push([server, id, by]);
      return begin('rehearsal');
    },
  };
  const actions = backupScheduleActions({ backups, operations, againMs: 1 });
  const abort = new AbortController();
  const context: StepContext = {
    server: 's',
    by: 'schedule nightly',
    signal: abort.signal,
    progress: () => {},
  };
  const common = { delay: 0, continue_on_failure: false };
  const act = (name: string) => actions.find((action) => action.name === name);
  return {
    asked,
    abort,
    operations,
    backUp: () => act('backup')?.run({ action: 'backup', ...common, stop: true }, context),
    check: () => act('check')?.run({ action: 'check', ...common }, context),
    rehearse: () => act('rehearsal')?.run({ action: 'rehearsal', ...common }, context),
  };
}

const none = { paths: [], count: 0 };
const backup = {
  container_id: 's',
  server_name: 's',
  at: 0,
  note: '',
  how: 'stopped' as const,
  files: 0,
  bytes: 0,
  new_bytes: 0,
  unsteady: none,
  left_out: none,
  checked_at: null,
  damaged: 0,
  rehearsed_at: null,
  rehearsal: null,
  can_become_server: true,
};

describe('backups by schedule', () => {
  test('a step is done when its operation is, and fails with its words', async () => {
    const good = openActions(async () => null);
    expect(await good.backUp()).toEqual({ end: 'done' });
    expect(good.asked).toEqual([['s', { note: 'schedule nightly', stop: true, by: 'schedule nightly' }]]);
    const bad = openActions(() => Promise.reject(new Error('the disk is full')));
    await expect(bad.backUp()).rejects.toThrow('the disk is full');
  });

  test('a run that is cancelled ends the operation, and waits for its end', async () => {
    const slow = openActions(
      (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('over')))),
    );
    const ended = slow.backUp();
    await Promise.resolve();
    slow.abort.abort();
    await expect(ended).rejects.toThrow('it was cancelled');
    expect(slow.operations.list()).toMatchObject([{ kind: 'backup', state: 'cancelled' }]);
  });

  test('one that meets another one waits for it, and is ended with the run', async () => {
    const late = openActions(async () => null, [], 3);
    expect(await late.backUp()).toEqual({ end: 'done' });
    expect(late.asked).toHaveLength(1);
    const never = openActions(async () => null, [], Number.POSITIVE_INFINITY);
    const ended = never.backUp();
    never.abort.abort(new Error('cancelled'));
    await expect(ended).rejects.toThrow('cancelled');
    expect(never.asked).toEqual([]);
  });

  test('the newest backup is checked', async () => {
    const some = openActions(async () => null, ['point', 'new', 'old']);
    expect(await some.check()).toEqual({ end: 'done' });
    expect(some.asked).toEqual([['check', 's', 'new', 'schedule nightly']]);
    await expect(openActions(async () => null).check()).rejects.toThrow('there is no backup');
  });

  test('the newest backup is rehearsed; without one it says so', async () => {
    const some = openActions(async () => null, ['point', 'new', 'old']);
    expect(await some.rehearse()).toEqual({ end: 'done' });
    expect(some.asked).toEqual([['s', 'new', 'schedule nightly']]);
    await expect(openActions(async () => null).rehearse()).rejects.toThrow('there is no backup');
  });
});
