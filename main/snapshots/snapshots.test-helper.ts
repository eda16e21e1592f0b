import { createHash } from 'node:crypto';
import {
  type BigIntStats,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { openFsRoot } from '../files/fs-node.ts';
import { newMark, Staging } from '../files/staging.ts';
import { silentLog } from '../lib/log.ts';
import type { SnapshotRun, SnapshotSource, SnapshotStore, SnapshotTarget } from './contract.ts';
import { folderSource } from './folder-source.ts';
import { folderTarget } from './folder-target.ts';
import { storePaths } from './format.ts';
import type { OpenLane } from './lane.ts';
import { LaneCore } from './lane-core.ts';
import { readPackIndex } from './pack-format.ts';
import { openSnapshotStore, type SnapshotStoreOptions } from './store.ts';

export const about = { source: 'one', kind: 'backup', meta: {} } as const;

/** A run that nobody cancels. */
export const freely = (): SnapshotRun => ({ signal: new AbortController().signal });

/** A store that is closed at the end of the test; in a new folder, unless one is named. */
export async function testStore(options: Partial<SnapshotStoreOptions> = {}): Promise<SnapshotStore> {
  const store = await openSnapshotStore({
    folder: join(tempDir(), 'store'),
    create: true,
    hostId: 'test',
    now: Date.now,
    log: silentLog,
    ...options,
  });
  onTestFinished(() => store.close());
  return store;
}

export const sourceOf = (folder: string): SnapshotSource => folderSource({ fsRoot: openFsRoot(folder) });

export function targetOf(folder: string): SnapshotTarget {
  mkdirSync(folder, { recursive: true });
  const fsRoot = openFsRoot(folder);
  return folderTarget({ fsRoot, staging: new Staging(fsRoot, newMark()) });
}

/** All that a restore must bring back, by path as bytes (latin1): to be compared. Files with several names are numbered by their first. */
export function treeOf(root: string): Record<string, object> {
  const tree: Record<string, object> = {};
  const names = new Map<bigint, string>();
  const look = (folder: Buffer, prefix: string): void => {
    for (const name of readdirSync(folder, { encoding: 'buffer' }).sort(Buffer.compare)) {
      const path = Buffer.concat([folder, Buffer.from('/'), name]);
      const shown = prefix + name.toString('latin1');
      const stats = lstatSync(path, { bigint: true });
      if (!names.has(stats.ino)) names.set(stats.ino, shown);
      tree[shown] = { ...facts(stats), ...content(path, stats), first: names.get(stats.ino) };
      if (stats.isDirectory()) look(path, `${shown}/`);
    }
  };
  look(Buffer.from(root), '');
  return tree;
}

function facts(stats: BigIntStats): object {
  const { mode, uid, gid, mtimeNs, nlink } = stats;
  const names = stats.isDirectory() ? 0 : Number(nlink);
  return { mode: mode.toString(8), uid: Number(uid), gid: Number(gid), mtime: mtimeNs / 1000n, names };
}

function content(path: Buffer, stats: BigIntStats): object {
  if (stats.isSymbolicLink())
    return { target: readlinkSync(path, { encoding: 'buffer' }).toString('latin1') };
  if (!stats.isFile()) return {};
  const bytes = readFileSync(path);
  return {
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    hasHoles: stats.blocks * 512n < stats.size,
  };
}

/** Turns one bit in every block of the store. `known`: the store goes on thinking that it was read lately. */
export function damageBlocks(folder: string, { known = false }: { known?: boolean } = {}): void {
  const paths = storePaths(folder);
  for (const [id, path] of packFiles(folder)) {
    const { entries } = readPackIndex(path, id);
    const bytes = readFileSync(path);
    for (const { offset, stored } of entries) {
      const at = offset + (stored >> 1);
      bytes[at] = (bytes[at] ?? 0) ^ 4;
    }
    writeFileSync(path, bytes);
  }
  if (!known) rmSync(paths.health, { force: true });
}

/** System paths of a store's packs, by id. */
export function packFiles(folder: string): Map<string, string> {
  const { packs, pack } = storePaths(folder);
  const ids = readdirSync(packs, { recursive: true, encoding: 'utf8' }).flatMap(
    (name) => /([0-9a-f]{64})\.pack$/.exec(name)?.[1] ?? [],
  );
  return new Map(ids.map((id) => [id, pack(id)]));
}

/** A lane in the thread of whoever calls it. */
export const openLaneHere: OpenLane = (paths) => {
  const core = new LaneCore(paths);
  return {
    hash: async (slot, pieces) => core.hash(slot, pieces),
    put: async (slot, which) => core.put(slot, which),
    seal: async () => core.seal(),
    discard: async () => core.discard(),
    index: async (id) => core.index(id),
    verify: async (...values) => core.verify(...values),
    copy: async (copy) => core.copy(copy),
    zero: async (fd, at, length) => core.zero(fd, at, length),
    truncate: async (fd, size) => core.truncate(fd, size),
    read: async (pack, entry) => core.read(pack, entry),
    take: async (pack, index) => core.take(pack, index),
    close: async () => core.discard(),
  };
};
