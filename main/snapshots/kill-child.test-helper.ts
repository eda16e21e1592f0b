import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFsRoot } from '../files/fs-node.ts';
import { newMark, Staging } from '../files/staging.ts';
import { silentLog } from '../lib/log.ts';
import { folderSource } from './folder-source.ts';
import { folderTarget } from './folder-target.ts';
import { openSnapshotStore } from './store.ts';

/** The program that kill.test.ts takes away without warning: makes, removes or restores snapshots without end. Each made one's id is printed. */
const [work = '', folder = '', source = '', target = ''] = process.argv.slice(2);
const store = await openSnapshotStore({
  folder,
  create: true,
  hostId: 'child',
  now: () => Date.now() + 60_000,
  log: silentLog,
});
const run = { signal: new AbortController().signal };

async function backUp(): Promise<void> {
  const names = readdirSync(source);
  for (let turn = 0; turn < 4; turn += 1) {
    const name = names[Math.floor(Math.random() * names.length)] ?? 'file';
    writeFileSync(join(source, name), randomBytes(1 + Math.floor(Math.random() * 200_000)));
  }
  const about = { source: 'one', kind: 'backup', meta: {} } as const;
  const { id } = await store.create(folderSource({ fsRoot: openFsRoot(source) }), about, run);
  process.stdout.write(`made ${id}\n`);
}

async function removeOldest(): Promise<void> {
  const all = await store.list();
  const oldest = all.at(-1);
  if (all.length < 3 || !oldest) return backUp();
  process.stdout.write(`removing ${oldest.id}\n`);
  await store.remove([oldest.id], run, { thorough: true });
}

async function restore(): Promise<void> {
  const [newest] = await store.list();
  if (!newest) return backUp();
  const fsRoot = openFsRoot(target);
  await store.restore(newest.id, folderTarget({ fsRoot, staging: new Staging(fsRoot, newMark()) }), {}, run);
  for (const name of readdirSync(target))
    if (Math.random() < 0.5) rmSync(join(target, name), { recursive: true });
}

process.stdout.write('ready\n');
for (;;) {
  if (work === 'backup') await backUp();
  else if (work === 'remove') await removeOldest();
  else await restore();
}
