import { constants as fsConstants } from 'node:fs';
import { type FileHandle, mkdir } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import type { Name } from './byte-name.ts';
import type { FsNode, FsRoot } from './fs-node.ts';
import { type Claim, createFile, isHole, writeAll } from './new-file.ts';
import type { Ownership } from './ownership.ts';
import type { Slot } from './staging.ts';
import { TreeCursor } from './tree-cursor.ts';
import { visitTree } from './visit-tree.ts';

export interface CopyOptions {
  fsRoot: FsRoot;
  ownership: Ownership;
  claim: Claim;
  isRoot: boolean;
  signal: AbortSignal | undefined;
}

const blockBytes = 512 * 1024;
const permissions = 0o777;

/** Copies a held file into a new file in the slot's folder. */
export async function copyFile(
  source: FsNode,
  target: { folder: FsNode; name: Name },
  options: CopyOptions,
): Promise<void> {
  const from = await options.fsRoot.open(source, fsConstants.O_RDONLY);
  try {
    const to = await createFile(target.folder, target.name);
    try {
      await copyBytes(from, to, { ...options, keepHoles: hasHoles(source) });
      await options.ownership.giveFile(to, Number(source.stats.mode) & permissions);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

const hasHoles = ({ stats }: FsNode): boolean => stats.blocks * 512n < stats.size;

async function copyBytes(
  from: FileHandle,
  to: FileHandle,
  { claim, signal, keepHoles }: CopyOptions & { keepHoles: boolean },
): Promise<void> {
  const block = Buffer.allocUnsafe(blockBytes);
  let at = 0;
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await from.read(block, 0, block.length);
    if (bytesRead === 0) break;
    const bytes = block.subarray(0, bytesRead);
    if (!keepHoles || !isHole(bytes)) {
      await claim.take(bytesRead);
      const start = at;
      await claim.within(bytesRead, () => writeAll(to, bytes, start));
    }
    at += bytesRead;
  }
  if (keepHoles) await to.truncate(at);
}

/** Bytes of all files in a held folder, or of a held file, holes included. */
export async function sizeOf(source: FsNode, options: Omit<CopyOptions, 'claim'>): Promise<number> {
  if (source.kind === 'file') return Number(source.stats.size);
  let bytes = 0;
  for await (const step of visitTree(source, options))
    if (step.type === 'entry' && step.entry.info.kind === 'file') bytes += step.entry.info.size;
  return bytes;
}

/** Copies a held folder with all that is in it into the slot. Gives how many links, pipes and devices were left out. */
export async function copyFolder(source: FsNode, slot: Slot, options: CopyOptions): Promise<number> {
  const target = new TreeCursor(options.fsRoot, slot.folder);
  const modes: number[] = [];
  let leftOut = 0;
  const down = async (name: Name, mode: number): Promise<void> => {
    await mkdir(target.current.at(name), { mode: 0o700 });
    if (!(await target.enter(name))) throw changed();
    modes.push(mode);
  };
  const up = async (): Promise<void> => {
    // Only now: a folder that nobody may write to could not have been filled.
    await options.ownership.give(target.current, modes.pop() ?? 0o755);
    await target.leave();
  };
  try {
    await down(slot.name, Number(source.stats.mode) & permissions);
    for await (const step of visitTree(source, options)) {
      if (step.type === 'leave') await up();
      else if (step.type === 'enter') await down(step.entry.name, step.entry.info.mode & permissions);
      else if (step.entry.info.kind === 'file') {
        if (!(await copyEntry(step.folder, step.entry.name, target.current, options))) leftOut += 1;
      } else if (step.entry.info.kind !== 'directory') leftOut += 1;
    }
    await up();
    return leftOut;
  } finally {
    await target.close();
  }
}

/** False if it is no file any more. */
async function copyEntry(folder: FsNode, name: Name, target: FsNode, options: CopyOptions): Promise<boolean> {
  const node = await options.fsRoot.openNode(folder, name);
  try {
    if (node?.kind !== 'file') return node === null;
    await copyFile(node, { folder: target, name }, options);
    return true;
  } finally {
    await node?.close();
  }
}

function changed(): LightdeckError {
  return new LightdeckError('conflict', 'The copy was changed while it was made: try again');
}
