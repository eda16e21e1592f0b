import { absolutePath, jailPath, parentOf } from './client-path.ts';
import { entryField } from './entry-facts.ts';
import { Refusal, statusCode, statusPacket } from './status.ts';
import type { Verb } from './verb.ts';
import { packet, replyType, requestType, string, u32 } from './wire.ts';

/** One batch of a listing, in bytes: clients other than OpenSSH take replies of 34,000 bytes. */
const batchBytes = 30_000;

const opendir: Verb = async ({ jail, handles }, id, fields) => {
  const path = jailPath(fields.bytes());
  handles.makeRoom();
  const entries = await jail.list(path, { limit: handles.listLimit });
  return packet(replyType.handle, u32(id), string(handles.add({ kind: 'folder', path, entries, next: 0 })));
};

const readdir: Verb = async ({ handles, now }, id, fields) => {
  const folder = handles.folder(fields.bytes());
  const batch: Buffer[] = [];
  for (let bytes = 0; bytes < batchBytes; folder.next += 1) {
    const entry = folder.entries[folder.next];
    if (!entry) break;
    const field = entryField(entry, now());
    batch.push(field);
    bytes += field.length;
  }
  if (batch.length > 0) return packet(replyType.name, u32(id), u32(batch.length), ...batch);
  // All told: the memory goes before the client closes.
  folder.entries = [];
  folder.next = 0;
  return statusPacket(id, statusCode.endOfFile, 'End of the listing');
};

/** Text only: what is there, and whether a link leads out, shows when it is used. */
const realpath: Verb = async (_context, id, fields) => {
  const path = absolutePath(fields.bytes());
  return packet(replyType.name, u32(id), u32(1), string(path), string(path), u32(0));
};

const mkdir: Verb = async ({ jail, change }, id, fields) => {
  const path = jailPath(fields.bytes());
  const { mode } = fields.attrs();
  await change('mkdir', path, async () => {
    // The jail makes parents, SFTP doesn't.
    await jail.stat(parentOf(path));
    await jail.makeFolder(path, { exclusive: true, mode: ((mode ?? 0o755) & 0o755) | 0o700 });
  });
  return statusPacket(id, statusCode.ok);
};

const rmdir: Verb = async ({ jail, change }, id, fields) => {
  const path = jailPath(fields.bytes());
  await change('rmdir', path, async () => {
    if ((await jail.lstat(path)).kind !== 'directory')
      throw new Refusal(statusCode.failure, 'This is not a folder: remove it as a file');
    // Nothing is in it: what was comes back with its folders.
    await jail.remove(path);
  });
  return statusPacket(id, statusCode.ok);
};

export const folderVerbs: [number, Verb][] = [
  [requestType.opendir, opendir],
  [requestType.readdir, readdir],
  [requestType.realpath, realpath],
  [requestType.mkdir, mkdir],
  [requestType.rmdir, rmdir],
];
