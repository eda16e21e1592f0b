import type { FileHandle } from 'node:fs/promises';
import type { Room } from '../files/contract.ts';
import { withFileErrors } from '../files/file-errors.ts';
import { jailPath } from './client-path.ts';
import { Refusal, statusCode, statusPacket } from './status.ts';
import type { Verb, VerbContext } from './verb.ts';
import { requestType, type WireAttrs } from './wire.ts';

const remove: Verb = async ({ jail, change }, id, fields) => {
  const path = jailPath(fields.bytes());
  await change('remove', path, async () => {
    if ((await jail.lstat(path)).kind === 'directory')
      throw new Refusal(statusCode.failure, 'This is a folder: remove it with rmdir');
    await jail.remove(path);
  });
  return statusPacket(id, statusCode.ok);
};

/** Version 3: what is at the target stays, and the rename fails. */
const rename: Verb = async (context, id, fields) => {
  await renamePath(context, { source: fields.bytes(), destination: fields.bytes(), replace: false });
  return statusPacket(id, statusCode.ok);
};

/** Paths as the client wrote them. */
export async function renamePath(
  { jail, change }: VerbContext,
  request: { source: Buffer; destination: Buffer; replace: boolean },
): Promise<void> {
  const source = jailPath(request.source);
  const destination = jailPath(request.destination);
  await change('rename', `${source} to ${destination}`, () =>
    jail.rename(source, destination, { replace: request.replace }),
  );
}

const setstat: Verb = async (context, id, fields) => {
  const path = jailPath(fields.bytes());
  const attrs = fields.attrs();
  await context.change('setstat', path, () => changePath(context, path, attrs));
  return statusPacket(id, statusCode.ok);
};

const fsetstat: Verb = async ({ handles, room, change }, id, fields) => {
  const open = handles.get(fields.bytes());
  const attrs = fields.attrs();
  if (open.kind === 'folder') throw new Refusal(statusCode.failure, 'This handle is of a folder');
  const work = async (): Promise<void> => {
    refuseOwner(attrs);
    const { size, mode, times } = attrs;
    if (size !== undefined) {
      if (!open.write)
        throw new Refusal(statusCode.permissionDenied, 'This file was opened for reading only');
      await resize(open.file, size, room);
      open.size = size;
    }
    if (mode !== undefined) await open.file.chmod(mode & 0o777);
    if (times) await open.file.utimes(times.accessed, times.modified);
  };
  await change('setstat', open.path, () => withFileErrors(open.path, work));
  return statusPacket(id, statusCode.ok);
};

async function changePath({ jail, room }: VerbContext, path: string, attrs: WireAttrs): Promise<void> {
  refuseOwner(attrs);
  const { size, mode, times } = attrs;
  if (size !== undefined) {
    const file = await jail.open(path, { read: false, write: true });
    try {
      await withFileErrors(path, () => resize(file, size, room));
    } finally {
      await file.close();
    }
  }
  if (mode === undefined && !times) return;
  await jail.change(path, {
    ...(mode === undefined ? {} : { mode: mode & 0o777 }),
    ...(times ? { accessedAt: times.accessed * 1000, modifiedAt: times.modified * 1000 } : {}),
  });
}

/** Before anything else is changed: what belongs to the container's user must go on belonging to him. */
function refuseOwner(attrs: WireAttrs): void {
  if (attrs.owner) throw new Refusal(statusCode.permissionDenied, 'Owner and group can not be changed');
}

async function resize(file: FileHandle, size: number, room: Room): Promise<void> {
  const growth = size - (await file.stat()).size;
  if (growth > 0) room.take(growth);
  try {
    await file.truncate(size);
  } catch (error) {
    if (growth > 0) room.take(-growth);
    throw error;
  }
  if (growth < 0) room.take(growth);
}

const refuseLink: Verb = async () => {
  throw new Refusal(statusCode.permissionDenied, 'Links can not be made or read over SFTP');
};

export const changeVerbs: [number, Verb][] = [
  [requestType.remove, remove],
  [requestType.rename, rename],
  [requestType.setstat, setstat],
  [requestType.fsetstat, fsetstat],
  [requestType.symlink, refuseLink],
  [requestType.readlink, refuseLink],
];
