import { describe, expect, test } from 'vitest';
import { LightdeckError } from '../../../shared/errors.ts';
import { noAudit } from '../../audit/contract.ts';
import { HostNews } from '../../feature/host-news.ts';
import { silentLog } from '../../lib/log.ts';
import { Operations } from '../../operations/operations.ts';
import { updateScheduleAction } from './update-action.ts';

type Run = (signal: AbortSignal) => Promise<Record<string, unknown> | null>;

/** The action, where the registry says `look` and the update is `run`; the first `busyTimes` tries meet another update. */
function openAction(run: Run, { look = null as string | null | Error, busyTimes = 0 } = {}) {
  const operations = new Operations({ now: Date.now, audit: noAudit, news: new HostNews(), log: silentLog });
  const asked: unknown[] = [];
  const said: string[] = [];
  let busy = busyTimes;
  const action = updateScheduleAction({
    operations,
    servers: { get: () => null },
    againMs: 1,
    updates: {
      async look(server) {
        asked.push(['look', server]);
        if (look instanceof Error) throw look;
        return look;
      },
      update(one) {
        busy -= 1;
        if (busy >= 0) throw new LightdeckError('busy', 'another one is under way');
        asked.push(one);
        return operations.start({
          kind: 'update image',
          container: one.server,
          title: 'update',
          scope: 'containers.write',
          by: one.by,
          run: ({ signal }) => run(signal),
        });
      },
    },
  });
  const abort = new AbortController();
  const context = {
    server: 's',
    by: 'schedule nightly',
    signal: abort.signal,
    progress: (text: string) => void said.push(text),
  };
  const step = { action: 'update' as const, delay: 0, continue_on_failure: false };
  return { asked, said, abort, operations, update: () => action.run(step, context) };
}

const updated = async () => ({ updated: true, version: 'game@sha256:b', restore_point: 'p' });

describe('W8 an update by schedule', () => {
  test('is done when its operation is, and says on which image it is now', async () => {
    const { update, asked, said } = openAction(updated);
    expect(await update()).toEqual({ end: 'done', what: 'updated to game@sha256:b' });
    expect(asked).toEqual([['look', 's'], { server: 's', by: 'schedule nightly' }]);
    expect(said).toEqual(['the registry is asked for a newer image', 'the newer image is tried']);
  });

  test('with nothing newer has nothing to do, and begins nothing', async () => {
    const { update, asked } = openAction(updated, { look: 'there is no newer image of game' });
    expect(await update()).toEqual({ end: 'unneeded', why: 'there is no newer image of game' });
    expect(asked).toEqual([['look', 's']]);
    const same = openAction(async () => ({ updated: false, version: 'game@sha256:b' }));
    expect(await same.update()).toMatchObject({ end: 'unneeded', why: expect.stringContaining('same one') });
  });

  test('fails with the words of the registry, and of an image that did not start', async () => {
    const away = openAction(updated, { look: new LightdeckError('conflict', 'the registry is away') });
    await expect(away.update()).rejects.toThrow('the registry is away');
    const broken = openAction(() => Promise.reject(new LightdeckError('conflict', 'It did not start')));
    await expect(broken.update()).rejects.toThrow('It did not start');
  });

  test('waits for another update, and is ended with its run', async () => {
    const late = openAction(updated, { busyTimes: 3 });
    expect(await late.update()).toMatchObject({ end: 'done' });
    expect(late.said).toContain('it waits until what is under way with the server has ended');
    const slow = openAction(
      (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('over')))),
    );
    const ended = slow.update();
    await expect.poll(() => slow.operations.list().length).toBe(1);
    slow.abort.abort();
    await expect(ended).rejects.toThrow('it was cancelled');
    expect(slow.operations.list()).toMatchObject([{ state: 'cancelled' }]);
  });
});
