import { expect, test } from 'vitest';
import type { CopyTarget } from '../../shared/model/backup-copy.ts';
import type { Operation } from '../../shared/model/operation.ts';
import { silentLog } from '../lib/log.ts';
import type { OwedCopy } from './copy-table.ts';
import { OwedCopies } from './owed-copies.ts';

const target: CopyTarget = {
  id: 'cellar',
  name: 'The cellar',
  host: 'cellar',
  port: 22,
  username: 'me',
  folder: 'copies',
  fingerprint: 'SHA256:x',
  auth: 'password',
  automatic: true,
  keep: null,
};

/** `state`: how the copies end. */
function scene(t: { onTestFinished: (end: () => void) => void }) {
  const rows: OwedCopy[] = [];
  const is = (one: Pick<OwedCopy, 'backup' | 'target'>) => (other: OwedCopy) =>
    one.backup === other.backup && one.target === other.target;
  const world = {
    state: 'done' as Operation['state'],
    automatic: true,
    tried: [] as string[],
    rows,
    isHere: async (_backup: string) => true,
  };
  const open = (): OwedCopies => {
    const owed = new OwedCopies({
      table: {
        owed: () => [...rows],
        putOwed: (one) => void (rows.some(is(one)) || rows.push(one)),
        removeOwed: (one) => {
          const at = rows.findIndex(is(one));
          if (at >= 0) rows.splice(at, 1);
        },
      },
      targets: () => [
        { ...target, automatic: world.automatic },
        { ...target, id: 'other', automatic: false },
      ],
      isHere: ({ backup }) => world.isHere(backup),
      copy(one) {
        world.tried.push(one.backup);
        const operation: Operation = {
          id: one.backup,
          kind: 'copy backup',
          container: one.server,
          title: '',
          state: world.state,
          progress: null,
          started_at: 0,
          ended_at: 0,
          error: null,
          result: null,
        };
        if (world.state === 'done') rows.splice(rows.findIndex(is(one)), 1);
        return { operation, ended: Promise.resolve(operation) };
      },
      log: silentLog,
    });
    t.onTestFinished(() => owed.close());
    return owed;
  };
  return { world, open };
}

test('A36 a copy whose place is away is tried again, also by the next host, until it is there; one failure is enough for a place', async (t) => {
  const { world, open } = scene(t);
  const owed = open();
  world.state = 'failed';
  for (const backup of ['first', 'second', 'third']) owed.made({ server: 'one', backup });
  await owed.again();
  expect(world.rows.map(({ backup, target }) => [backup, target])).toEqual([
    ['first', 'cellar'],
    ['second', 'cellar'],
    ['third', 'cellar'],
  ]);
  world.tried.length = 0;
  await owed.again();
  expect(world.tried).toEqual(['third']);
  owed.close();

  world.tried.length = 0;
  world.state = 'done';
  const next = open();
  await next.again();
  expect(world.tried).toEqual(['third', 'second', 'first']);
  expect(world.rows).toEqual([]);
  await next.again();
  expect(world.tried).toHaveLength(3);
});

test('one that somebody cancelled waits for the next start; a place that is not automatic any more is owed nothing', async (t) => {
  const { world, open } = scene(t);
  const owed = open();
  world.state = 'cancelled';
  owed.made({ server: 'one', backup: 'first' });
  await owed.again();
  await owed.again();
  expect(world.tried).toEqual(['first']);
  expect(world.rows).toHaveLength(1);
  world.automatic = false;
  await open().again();
  expect(world.tried).toEqual(['first']);
  expect(world.rows).toEqual([]);
});

test('a backup that was deleted is owed no more and keeps no other one from its turn; while that can’t be told, it stays owed', async (t) => {
  const { world, open } = scene(t);
  const owed = open();
  world.state = 'failed';
  for (const backup of ['first', 'second', 'third']) owed.made({ server: 'one', backup });
  await owed.again();
  world.tried.length = 0;
  world.isHere = async () => {
    throw new Error('the store is not there');
  };
  await owed.again();
  expect(world.tried).toEqual([]);
  expect(world.rows).toHaveLength(3);
  world.state = 'done';
  world.isHere = async (backup) => backup === 'first';
  await owed.again();
  expect(world.tried).toEqual(['first']);
  expect(world.rows).toEqual([]);
});
