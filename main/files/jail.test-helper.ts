import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import type { Jail, Room } from './contract.ts';
import { checkedRoot, type FsRoot, openFsRoot } from './fs-node.ts';
import { newMark } from './staging.ts';
import { buildVolume } from './volume-files.ts';

/** Both ways of holding: what this system can do best, and what is left where it can't. */
export const holders: { name: string; make: (root: string) => FsRoot }[] = [
  { name: 'by descriptor', make: openFsRoot },
  { name: 'by checked paths', make: checkedRoot },
];

export interface Cell {
  jail: Jail;
  /** The volume's root, and the folder beside it that nobody may reach. */
  root: string;
  outside: string;
}

export const endlessRoom: Room = { take() {}, left: () => Number.POSITIVE_INFINITY };

/** A room with a bound, that tells what is taken. */
export function boundRoom(bytes: number): Room & { taken: number } {
  return {
    taken: 0,
    take(more) {
      if (this.taken + more > bytes) throw new Error('no room');
      this.taken += more;
    },
    left() {
      return bytes - this.taken;
    },
  };
}

/** A volume in `folder`, beside a folder `outside`. */
export function makeCell(
  folder: string,
  make: (root: string) => FsRoot = openFsRoot,
  room: Room = endlessRoom,
): Cell {
  const root = join(folder, 'volume');
  const outside = join(folder, 'outside');
  mkdirSync(root);
  mkdirSync(outside);
  const { jail } = buildVolume(root, { mark: newMark(), room: () => room, fsRoot: make(root) });
  return { jail, root, outside };
}

export async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part;
}

export const isRoot = process.geteuid?.() === 0;

/** An error of this code, for `toThrow` and `rejects`. */
export const code = (expected: string): unknown => expect.objectContaining({ code: expected });

/** Makes a folder before each test, and calls `remove` with it after each; gives the one of the test that runs. */
export function folderOfEachTest(remove: (folder: string) => void): () => string {
  let folder = '';
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'lightdeck-jail-')));
  });
  afterEach(() => remove(folder));
  return () => folder;
}
