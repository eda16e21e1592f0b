import { setImmediate } from 'node:timers/promises';
import { LightdeckError } from '../../../shared/errors.ts';
import {
  copyFiles,
  deleteFiles,
  type FileEntry,
  listFiles,
  makeFolder,
  renameFile,
  writeFile,
} from '../../../shared/http/files.ts';
import type { Scope } from '../../../shared/scopes.ts';
import { actorOf } from '../../audit/actor.ts';
import type { Grant } from '../../auth/contract.ts';
import type { FolderEntry, Jail, Removal, TrashEntry, VolumeFiles } from '../../files/contract.ts';
import { refuseAbsolute } from '../../files/user-path.ts';
import { requireVolume, type VolumeAccess } from '../../servers/volume-access.ts';
import type { RouteMounter } from '../route-mounter.ts';

export interface FileRoutesOptions extends VolumeAccess {
  files: VolumeFiles;
}

/** The volume's jail, for who may see the volume. */
export function jailOf(options: FileRoutesOptions, grant: Grant, scope: Scope, id: string): Jail {
  return options.files.jail(requireVolume(grant, scope, id, options).id);
}

export function mountFiles(mounter: RouteMounter, options: FileRoutesOptions): void {
  mounter.mount(listFiles)(async ({ params, query, grant }) => {
    const jail = jailOf(options, grant, 'files.read', params.id);
    return { files: await list(jail, refuseAbsolute(query.path)) };
  });

  mounter.mount(writeFile)(async ({ params, body, grant }) => {
    const jail = jailOf(options, grant, 'files.write', params.id);
    await jail.writeWhole(refuseAbsolute(body.path), once(Buffer.from(body.content)), {
      keepOld: removalBy(grant),
    });
    return { message: 'File written successfully', path: body.path };
  });

  mounter.mount(makeFolder)(async ({ params, body, grant }) => {
    await jailOf(options, grant, 'files.write', params.id).makeFolder(refuseAbsolute(body.path));
    return { message: 'Folder created successfully', path: body.path };
  });

  mounter.mount(copyFiles)(async ({ params, body: { source, destination }, grant, signal }) => {
    const jail = jailOf(options, grant, 'files.write', params.id);
    const { leftOut } = await jail.copy(refuseAbsolute(source), refuseAbsolute(destination), { signal });
    return { message: 'Copied successfully', source, destination, left_out: leftOut };
  });

  mounter.mount(renameFile)(async ({ params, body: { source, destination }, grant }) => {
    const jail = jailOf(options, grant, 'files.write', params.id);
    await jail.rename(refuseAbsolute(source), refuseAbsolute(destination));
    return { message: 'Renamed successfully', source, destination };
  });

  mounter.mount(deleteFiles)(async ({ params, body: { paths, permanent }, grant }) => {
    const jail = jailOf(options, grant, 'files.write', params.id);
    for (const path of paths) await checkDeletable(jail, path);
    const trash: { id: string; path: string }[] = [];
    for (const path of paths) {
      const entry = await remove(jail, path, permanent ? null : removalBy(grant, paths.length));
      if (entry) trash.push({ id: entry.id, path });
    }
    return { message: `Deleted ${paths.length} paths`, deleted_count: paths.length, trash };
  });
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function checkDeletable(jail: Jail, path: string): Promise<void> {
  await jail.lstat(refuseAbsolute(path));
  if (path.split('/').every((name) => name === '' || name === '.'))
    throw new LightdeckError('invalid', "The volume's root can't be deleted");
}

/** What is gone meanwhile, with a folder that was named before it or by somebody else, is deleted too. */
async function remove(jail: Jail, path: string, removal: Removal | null): Promise<TrashEntry | null> {
  try {
    if (removal) return await jail.discard(path, removal);
    await jail.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof LightdeckError) || error.code !== 'not_found') throw error;
  }
  return null;
}

/** Records of so many at once need not be on the disk before each of them goes. */
const fewPaths = 20;

/** Who takes something out of the volume, for the trash. */
export function removalBy(grant: Grant, paths = 1): Removal {
  return { by: actorOf(grant), flush: paths <= fewPaths };
}

/** Each link is a walk of its own: in a list, those after so many are shown without a look at where they lead. */
const maxFollowed = 1000;
/** Entries that are looked at in one go. */
const sliceEntries = 4096;

async function list(jail: Jail, path: string): Promise<FileEntry[]> {
  const entries = await jail.list(path);
  const files: FileEntry[] = [];
  let links = 0;
  for (const [index, entry] of entries.entries()) {
    if (index % sliceEntries === sliceEntries - 1) await setImmediate();
    const isLink = entry.kind === 'link';
    if (isLink) links += 1;
    files.push(isLink && links <= maxFollowed ? await followed(jail, path, entry) : shown(entry, isLink));
  }
  if (!files.some(({ link }) => link)) return files;
  // A link to a folder stands with the folders.
  return [
    ...files.filter(({ type }) => type === 'directory'),
    ...files.filter(({ type }) => type === 'file'),
  ];
}

function shown({ name, kind, size, modifiedAt }: Omit<FolderEntry, 'path'>, link = false): FileEntry {
  const isFile = kind === 'file';
  return {
    name,
    type: kind === 'directory' ? 'directory' : 'file',
    size: isFile ? size : 0,
    modified_at: Math.floor(modifiedAt / 1000),
    link,
  };
}

/** A link that leads nowhere, or out, is an empty file to look at. */
async function followed(jail: Jail, path: string, entry: FolderEntry): Promise<FileEntry> {
  try {
    const info = await jail.stat(`${path === '/' ? '' : path}/${entry.name}`);
    return shown({ ...info, name: entry.name }, true);
  } catch (error) {
    if (!(error instanceof LightdeckError)) throw error;
    return shown(entry, true);
  }
}
