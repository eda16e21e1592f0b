import { describe, expect, it } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import type { AuditEntry } from '../audit/contract.ts';
import { HostNews } from '../feature/host-news.ts';
import { silentLog } from '../lib/log.ts';
import { type NewOperation, type OperationRun, Operations } from './operations.ts';

function world() {
  const news = new HostNews();
  const told: string[] = [];
  const recorded: Omit<AuditEntry, 'at'>[] = [];
  news.on(({ event }) => {
    if (event.event === 'operation') told.push(`${event.data.state} ${event.data.progress?.current ?? '-'}`);
  });
  let time = 1000;
  const operations = new Operations({
    now: () => time,
    audit: { record: (entry) => void recorded.push(entry) },
    news,
    log: silentLog,
  });
  const begin = (run: NewOperation['run']) =>
    operations.start({
      kind: 'backup',
      container: 's1',
      title: 'Back up',
      scope: 'files.read',
      by: 'me',
      run,
    });
  return { operations, told, recorded, begin, pass: (ms: number) => (time += ms) };
}

/** Goes on until it is aborted. */
const endless = ({ signal }: OperationRun): Promise<null> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));

describe('A20 an operation', () => {
  it('is told when it begins and when it has ended, with its result', async () => {
    const { operations, told, recorded, begin, pass } = world();
    const { operation, ended } = begin(async () => ({ files: 3 }));
    expect(operations.get(operation.id)).toMatchObject({
      state: 'running',
      started_at: 1000,
      ended_at: null,
    });
    pass(500);
    expect(await ended).toMatchObject({ state: 'done', ended_at: 1500, result: { files: 3 } });
    expect(told).toEqual(['running -', 'done -']);
    expect(recorded).toMatchObject([{ actor: 'me', action: 'backup', container: 's1', result: 'ok' }]);
  });

  it('is failed with the words of what went wrong, also when it throws at once', async () => {
    const { begin, recorded } = world();
    const { ended } = begin(() => {
      throw new LightdeckError('out_of_space', 'The disk is full');
    });
    expect(await ended).toMatchObject({ state: 'failed', error: 'The disk is full', result: null });
    expect(recorded[0]?.result).toBe('The disk is full');
  });

  it('is cancelled when it has ended, not before', async () => {
    const { operations, begin } = world();
    let undone = (): void => {};
    const { operation, ended } = begin(
      ({ signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => (undone = () => reject(new Error('x')))),
        ),
    );
    await Promise.resolve();
    operations.cancel(operation.id);
    expect(operations.get(operation.id)?.state).toBe('running');
    undone();
    expect(await ended).toMatchObject({ state: 'cancelled', error: null });
    expect(() => operations.cancel(operation.id)).toThrow(/has ended/);
    expect(() => operations.cancel('other')).toThrow(/no such operation/);
  });

  it('that was through when it was cancelled is done', async () => {
    const { operations, begin } = world();
    const { operation, ended } = begin(
      ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(null))),
    );
    await Promise.resolve();
    operations.cancel(operation.id);
    expect((await ended).state).toBe('done');
  });

  it('tells how far it is, not more often than people can see, and nothing after its end', async () => {
    const { operations, told, begin } = world();
    let late = (): void => {};
    const { operation, ended } = begin(async ({ progress }) => {
      for (let current = 1; current <= 1000; current += 1)
        progress({ phase: 'read', current, total: 1000, text: 'MB' });
      late = () => progress({ phase: 'read', current: 7, total: 1000, text: 'MB' });
      return null;
    });
    await ended;
    late();
    expect(told.length).toBeLessThan(10);
    expect(told.at(-1)).toBe('done 1000');
    expect(operations.get(operation.id)?.progress?.current).toBe(1000);
  });

  it('is refused beyond 64 at once; of ends the last 200 are known', async () => {
    const { operations, begin } = world();
    const running = Array.from({ length: 64 }, () => begin(endless));
    expect(() => begin(endless)).toThrow(/64 operations/);
    await Promise.resolve();
    await operations.close();
    expect(new Set(operations.list().map(({ state }) => state))).toEqual(new Set(['cancelled']));
    expect(running).toHaveLength(64);
    expect(() => begin(endless)).toThrow(/is ending/);
    const more = world();
    for (let i = 0; i < 250; i += 1) await more.begin(async () => null).ended;
    expect(more.operations.list()).toHaveLength(200);
  });
});
