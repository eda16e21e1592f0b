import { constants as fsConstants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { LightdeckError } from '../../shared/errors.ts';
import { hasCode } from '../lib/system-error.ts';
import type { OpenMode, UserPath } from './contract.ts';
import { shown } from './file-errors.ts';
import { isRoot, type JailParts, refuseNew, there } from './jail-parts.ts';
import { createFile, existsAlready } from './new-file.ts';
import { maxTries, type ResolvedPath } from './volume-tree.ts';

const { O_APPEND = 0, O_RDONLY, O_RDWR, O_WRONLY } = fsConstants;

/** `Jail.open`. */
export async function openFile(parts: JailParts, path: UserPath, mode: OpenMode): Promise<FileHandle> {
  // A new file is never made through a link.
  const follow = !(mode.create === true && mode.exclusive === true);
  for (let tries = 0; tries < maxTries; tries += 1) {
    const file = await parts.tree.at(path, { follow }, (resolved) => openAt(parts, { resolved, path, mode }));
    if (file) return file;
  }
  throw new LightdeckError('busy', `${shown(path)} keeps changing: try again`);
}

/** Null if somebody else made the file meanwhile. */
async function openAt(
  { fsRoot, ownership }: JailParts,
  { resolved, path, mode }: { resolved: ResolvedPath; path: UserPath; mode: OpenMode },
): Promise<FileHandle | null> {
  const { node } = resolved;
  if (isRoot(resolved) || node?.kind === 'directory')
    throw new LightdeckError('invalid', `${shown(path)} is a folder`);
  if (!node && mode.create === true) {
    refuseNew(resolved);
    return keepIf(await create(resolved, flagsOf(mode)), (file) => ownership.giveFile(file, 0o644));
  }
  const file = there(resolved, path);
  if (mode.create === true && mode.exclusive === true) throw existsAlready(path);
  if (file.kind !== 'file') throw new LightdeckError('invalid', `${shown(path)} is no regular file`);
  const handle = await fsRoot.open(file, flagsOf(mode));
  return keepIf(handle, async () => {
    if (mode.truncate === true && mode.write) await handle.truncate(0);
  });
}

function flagsOf({ read, write, append }: OpenMode): number {
  const access = write ? (read ? O_RDWR : O_WRONLY) : O_RDONLY;
  return append ? access | O_APPEND : access;
}

async function create(resolved: ResolvedPath, flags: number): Promise<FileHandle | null> {
  try {
    return await createFile(resolved.folder, resolved.name, flags);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return null;
    throw error;
  }
}

/** Closes the handle when the work on it fails. */
async function keepIf(
  file: FileHandle | null,
  work: (file: FileHandle) => Promise<void>,
): Promise<FileHandle | null> {
  try {
    if (file) await work(file);
    return file;
  } catch (error) {
    await file?.close();
    throw error;
  }
}
