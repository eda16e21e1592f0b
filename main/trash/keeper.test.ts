import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { noAudit } from '../audit/contract.ts';
import { openFsRoot } from '../files/fs-node.ts';
import { endlessRoom } from '../files/jail.test-helper.ts';
import { newMark } from '../files/staging.ts';
import { buildVolume } from '../files/volume-files.ts';
import { tellEmptied } from './emptied.ts';
import { dayMs } from './keep-time.ts';
import { TrashKeeper } from './keeper.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

test('what was kept for so many days goes for good; a volume that can not be had keeps nobody else waiting', async () => {
  let time = 1_900_000_000_000;
  const root = join(tempDir(), 'volume');
  mkdirSync(root);
  const { jail } = buildVolume(root, {
    mark: newMark(),
    room: () => endlessRoom,
    fsRoot: openFsRoot(root),
    trash: { now: () => time, isKept: () => true, onEmptied() {} },
  });
  const volume = { path: root, created_at: 0, quota_mb: 1, kind: 'folder', pending: null } as const;
  const keeper = new TrashKeeper({
    files: {
      jail(id) {
        if (id === 'gone') throw new LightdeckError('busy', 'The volume is not mounted just now');
        return jail;
      },
    },
    volumes: { list: () => ['gone', 'there'].map((id) => ({ id, ...volume })) },
    keepDays: () => 7,
    now: () => time,
    log,
  });
  for (const name of ['a', 'b']) {
    writeFileSync(join(root, name), name);
    await jail.discard(name, { by: 'me' });
    time += dayMs;
  }
  await keeper.look();
  expect(await jail.trash.list()).toHaveLength(2);
  time += 5 * dayMs + 1;
  await keeper.look();
  expect((await jail.trash.list()).map(({ path }) => path)).toEqual(['b']);
  await keeper.close();
});

test('that a trash was emptied for its room is told', () => {
  const told: string[] = [];
  tellEmptied({ audit: noAudit, log, tell: (id, text) => told.push(`${id}: ${text}`) })('v', {
    count: 2,
    bytes: 3 * 1024 * 1024,
  });
  expect(told).toEqual(['v: The trash was emptied in part, oldest first, to make room: 2 things, 3.0 MB']);
});
