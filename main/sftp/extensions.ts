import { withFileErrors } from '../files/file-errors.ts';
import { renamePath } from './change-verbs.ts';
import { jailPath } from './client-path.ts';
import { maxHandles } from './handles.ts';
import { Refusal, statusCode, statusPacket } from './status.ts';
import type { Verb, VerbContext } from './verb.ts';
import { maxData, maxPacket, packet, replyType, string, u32, u64 } from './wire.ts';

const posixRename: Verb = async (context, id, fields) => {
  await renamePath(context, { source: fields.bytes(), destination: fields.bytes(), replace: true });
  return statusPacket(id, statusCode.ok);
};

const fsync: Verb = async ({ handles }, id, fields) => {
  const { path, file } = handles.file(fields.bytes());
  await withFileErrors(path, () => file.sync());
  return statusPacket(id, statusCode.ok);
};

const limits: Verb = async (_context, id) =>
  packet(replyType.extended, u32(id), ...[maxPacket, maxData, maxData, maxHandles].map(u64));

const blockBytes = 4096;
/** Files that are told as free: they are not counted here. */
const manyFiles = 1_000_000;
const longestName = 255;

/** The volume as a file system of its own size: `df` in clients shows what is left of the quota. */
function spacePacket({ room, volumeBytes }: VerbContext, id: number): Buffer {
  const total = Math.floor(volumeBytes() / blockBytes);
  const free = Math.min(total, Math.floor(Math.max(0, room.left()) / blockBytes));
  const numbers = [
    blockBytes,
    blockBytes,
    total,
    free,
    free,
    manyFiles,
    manyFiles,
    manyFiles,
    0,
    0,
    longestName,
  ];
  return packet(replyType.extended, u32(id), ...numbers.map(u64));
}

const statvfs: Verb = async (context, id, fields) => {
  await context.jail.stat(jailPath(fields.bytes()));
  return spacePacket(context, id);
};

const fstatvfs: Verb = async (context, id, fields) => {
  context.handles.get(fields.bytes());
  return spacePacket(context, id);
};

const hardlink: Verb = async () => {
  throw new Refusal(statusCode.permissionDenied, 'Links can not be made');
};

const extensions: ReadonlyMap<string, { version: string; verb: Verb }> = new Map([
  ['posix-rename@openssh.com', { version: '1', verb: posixRename }],
  ['fsync@openssh.com', { version: '1', verb: fsync }],
  ['statvfs@openssh.com', { version: '2', verb: statvfs }],
  ['fstatvfs@openssh.com', { version: '2', verb: fstatvfs }],
  ['limits@openssh.com', { version: '1', verb: limits }],
]);

/** The answer to `init`: version 3, and what is there beyond it. */
export function versionPacket(): Buffer {
  const pairs = [...extensions].flatMap(([name, { version }]) => [string(name), string(version)]);
  return packet(replyType.version, u32(3), ...pairs);
}

export const extensionVerb: Verb = async (context, id, fields) => {
  const name = fields.text();
  if (name === 'hardlink@openssh.com') return hardlink(context, id, fields);
  const extension = extensions.get(name);
  if (!extension) throw new Refusal(statusCode.unsupported, 'This extension is not supported');
  return extension.verb(context, id, fields);
};
