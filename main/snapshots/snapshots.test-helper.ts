import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { openFsRoot } from '../files/fs-node.ts';
import { newMark, Staging } from '../files/staging.ts';
import { silentLog } from '../lib/log.ts';
import type { CopyPlace, SnapshotRun, SnapshotSource, SnapshotStore, SnapshotTarget } from './contract.ts';
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

/** A place for copies that is a folder of this machine. `before`: waits, or fails, before a file is read. */
export function folderPlace(
  folder: string,
  { before = async () => {} }: { before?: (path: string) => Promise<void> } = {},
): CopyPlace {
  const at = (path: string): string => join(folder, path);
  return {
    size: async (path) => statSync(at(path), { throwIfNoEntry: false })?.size ?? null,
    async put(path, content) {
      mkdirSync(dirname(at(path)), { recursive: true });
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      writeFileSync(at(path), Buffer.concat(chunks));
    },
    move: async (from, to) => renameSync(at(from), at(to)),
    async *get(path, _signal, range) {
      await before(path);
      const bytes = readFileSync(at(path));
      yield range ? bytes.subarray(range.from, range.from + range.length) : bytes;
    },
    list: async (path) => (existsSync(at(path)) ? readdirSync(at(path)) : []),
    remove: async (path) => rmSync(at(path)),
    close: async () => {},
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
