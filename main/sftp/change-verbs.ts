import type { FileHandle } from 'node:fs/promises';
import type { Removal, Room } from '../files/contract.ts';
import { withFileErrors } from '../files/file-errors.ts';
import { takeRoom } from '../files/take-room.ts';
import { hasCode } from '../lib/system-error.ts';
import { clientBytes, clientTarget, jailPath } from './client-path.ts';
import { Refusal, statusCode, statusPacket } from './status.ts';
import type { Verb, VerbContext } from './verb.ts';
import { packet, replyType, requestType, string, u32, type WireAttrs } from './wire.ts';

/** One of many, often: a client deletes a folder file by file. */
const removal = (by: string): Removal => ({ by, flush: false });

const remove: Verb = async ({ jail, by, change }, id, fields) => {
  const path = jailPath(fields.bytes());
  await change('remove', path, async () => {
    if ((await jail.lstat(path)).kind === 'directory')
      throw new Refusal(statusCode.failure, 'This is a folder: remove it with rmdir');
    await jail.discard(path, removal(by));
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
  { jail, by, change }: VerbContext,
  request: { source: Buffer; destination: Buffer; replace: boolean },
): Promise<void> {
  const source = jailPath(request.source);
  const destination = jailPath(request.destination);
  await change('rename', `${source} to ${destination}`, () =>
    jail.rename(source, destination, { replace: request.replace, keepOld: removal(by) }),
  );
}

const setstat: Verb = async (context, id, fields) => {
  const path = jailPath(fields.bytes());
  const attrs = fields.attrs();
  await context.change('setstat', path, () => changePath(context, path, attrs));
  return statusPacket(id, statusCode.ok);
};

const fsetstat: Verb = async ({ handles, jail, room, change }, id, fields) => {
  const open = handles.get(fields.bytes());
  const attrs = fields.attrs();
  if (open.kind === 'folder') throw new Refusal(statusCode.failure, 'This handle is of a folder');
  const work = async (): Promise<void> => {
    refuseOwner(attrs, await open.file.stat());
    const { size, mode, times } = attrs;
    if (size !== undefined) {
      if (!open.write)
        throw new Refusal(statusCode.permissionDenied, 'This file was opened for reading only');
      await resize(open.file, size, room);
      open.size = size;
    }
    try {
      if (mode !== undefined) await open.file.chmod(mode & 0o777);
      if (times) await open.file.utimes(times.accessed, times.modified);
    } catch (error) {
      // A file of somebody else's: by its path it can be changed all the same (A19).
      if (!hasCode(error, 'EPERM')) throw error;
      await changePath({ jail, room }, open.path, {
        ...(mode === undefined ? {} : { mode }),
        ...(times ? { times } : {}),
      });
    }
  };
  await change('setstat', open.path, () => withFileErrors(open.path, work));
  return statusPacket(id, statusCode.ok);
};

async function changePath(
  { jail, room }: Pick<VerbContext, 'jail' | 'room'>,
  path: string,
  attrs: WireAttrs,
): Promise<void> {
  if (attrs.owner) refuseOwner(attrs, await jail.lstat(path));
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

/** SFTP has no word for «leave it»; clients send this, as the system calls have it. */
const unchanged = 0xffff_ffff;

/**
 * Before anything else is changed: what belongs to the container's user must go on belonging to him. Who sets what is so
 * already is told that it is done, since clients that copy (`cp -a`, `tar x` on sshfs) set the owner of each file.
 */
function refuseOwner({ owner }: WireAttrs, now: { uid: number; gid: number }): void {
  if (!owner) return;
  const isSame = (wanted: number, is: number): boolean => wanted === is || wanted === unchanged;
  if (!isSame(owner.uid, now.uid) || !isSame(owner.gid, now.gid))
    throw new Refusal(statusCode.permissionDenied, 'Owner and group can not be changed');
}

async function resize(file: FileHandle, size: number, room: Room): Promise<void> {
  const growth = size - (await file.stat()).size;
  if (growth > 0) await takeRoom(room, growth);
  try {
    await file.truncate(size);
  } catch (error) {
    if (growth > 0) room.take(-growth);
    throw error;
  }
  if (growth < 0) room.take(growth);
}

const refuseLink: Verb = async () => {
  throw new Refusal(statusCode.permissionDenied, 'Links can not be made over SFTP');
};

/** Only of links that stay inside; all others are refused like what they lead to. */
const readlink: Verb = async ({ jail }, id, fields) => {
  const path = jailPath(fields.bytes());
  const target = clientBytes(clientTarget(path, await jail.readLink(path)));
  return packet(replyType.name, u32(id), u32(1), string(target), string(target), u32(0));
};

export const changeVerbs: [number, Verb][] = [
  [requestType.remove, remove],
  [requestType.rename, rename],
  [requestType.setstat, setstat],
  [requestType.fsetstat, fsetstat],
  [requestType.symlink, refuseLink],
  [requestType.readlink, readlink],
];
