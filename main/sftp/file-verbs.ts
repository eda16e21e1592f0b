import type { FileHandle } from 'node:fs/promises';
import type { FileInfo, OpenMode } from '../files/contract.ts';
import { withFileErrors } from '../files/file-errors.ts';
import { fileInfoOf } from '../files/fs-node.ts';
import { takeRoom, withRoom } from '../files/take-room.ts';
import { jailPath } from './client-path.ts';
import { factsField } from './entry-facts.ts';
import type { OpenFile } from './handles.ts';
import { Refusal, statusCode, statusPacket } from './status.ts';
import type { Verb, VerbContext } from './verb.ts';
import {
  dataHead,
  dataPacket,
  maxData,
  openFlag,
  packet,
  replyType,
  requestType,
  string,
  u32,
  type WireAttrs,
} from './wire.ts';

/** What a client may choose of a new file's mode: its owner, the container's user, can always read and write it. */
const newFileMode = (mode: number | undefined): number => ((mode ?? 0o644) & 0o755) | 0o600;

function openMode(flags: number): OpenMode {
  const append = (flags & openFlag.append) !== 0;
  const write = append || (flags & openFlag.write) !== 0;
  return {
    read: !write || (flags & openFlag.read) !== 0,
    write,
    append,
    create: write && (flags & openFlag.create) !== 0,
    exclusive: write && (flags & openFlag.create) !== 0 && (flags & openFlag.exclusive) !== 0,
  };
}

const open: Verb = async (context, id, fields) => {
  const path = jailPath(fields.bytes());
  const flags = fields.uint32();
  const attrs = fields.attrs();
  const mode = openMode(flags);
  context.handles.makeRoom();
  const truncate = mode.write && (flags & openFlag.truncate) !== 0;
  const work = () => openFile(context, { path, mode, truncate, attrs });
  const file = await (mode.write ? context.change('open', path, work) : work());
  return packet(replyType.handle, u32(id), string(context.handles.add(file)));
};

async function openFile(
  { jail, room }: VerbContext,
  request: { path: string; mode: OpenMode; truncate: boolean; attrs: WireAttrs },
): Promise<OpenFile> {
  const { path, mode, truncate, attrs } = request;
  const isNew = mode.create === true && (await isMissing(jail.stat(path)));
  const file = await jail.open(path, mode);
  try {
    if (isNew) await file.chmod(newFileMode(attrs.mode));
    let { size } = await file.stat();
    if (truncate && size > 0) {
      await file.truncate(0);
      room.take(-size);
      size = 0;
    }
    const { read, write, append = false } = mode;
    return { kind: 'file', path, file, read, write, append, size };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function isMissing(look: Promise<FileInfo>): Promise<boolean> {
  try {
    await look;
    return false;
  } catch {
    // Whatever it was, the opening itself says so.
    return true;
  }
}

const close: Verb = async ({ handles }, id, fields) => {
  await handles.close(fields.bytes());
  return statusPacket(id, statusCode.ok);
};

const read: Verb = async ({ handles }, id, fields) => {
  const open = handles.file(fields.bytes());
  const offset = fields.uint64();
  const length = Math.min(fields.uint32(), maxData);
  if (!open.read) throw new Refusal(statusCode.permissionDenied, 'This file was opened for writing only');
  const buffer = Buffer.allocUnsafe(dataHead + length);
  const filled = await withFileErrors(open.path, () => fill(open.file, { buffer, offset, length }));
  if (filled === 0 && length > 0) return statusPacket(id, statusCode.endOfFile, 'End of file');
  return dataPacket(buffer, id, filled);
};

/** Reads until the length is there or the file ends. */
async function fill(
  file: FileHandle,
  { buffer, offset, length }: { buffer: Buffer; offset: number; length: number },
): Promise<number> {
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, dataHead + filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

const write: Verb = async ({ handles, room }, id, fields) => {
  const open = handles.file(fields.bytes());
  const offset = fields.uint64();
  const data = fields.bytes();
  if (!open.write) throw new Refusal(statusCode.permissionDenied, 'This file was opened for reading only');
  const end = open.append ? open.size + data.length : offset + data.length;
  const growth = Math.max(0, end - open.size);
  await takeRoom(room, growth);
  try {
    const put = () => writeAll(open.file, data, open.append ? null : offset);
    // What is appended in part can't be done again.
    await withFileErrors(open.path, () => (open.append ? put() : withRoom(room, data.length, put)));
  } catch (error) {
    room.take(-growth);
    throw error;
  }
  open.size = Math.max(open.size, end);
  return statusPacket(id, statusCode.ok);
};

/** `offset` null: at the end. */
async function writeAll(file: FileHandle, data: Buffer, offset: number | null): Promise<void> {
  for (let written = 0; written < data.length; ) {
    const at = offset === null ? null : offset + written;
    const { bytesWritten } = await file.write(data, written, data.length - written, at);
    written += bytesWritten;
  }
}

const fstat: Verb = async ({ handles, jail }, id, fields) => {
  const open = handles.get(fields.bytes());
  if (open.kind === 'folder') return packet(replyType.attrs, u32(id), factsField(await jail.stat(open.path)));
  return packet(replyType.attrs, u32(id), factsField(fileInfoOf(await open.file.stat())));
};

const stat: Verb = async ({ jail }, id, fields) =>
  packet(replyType.attrs, u32(id), factsField(await jail.stat(jailPath(fields.bytes()))));

const lstat: Verb = async ({ jail }, id, fields) =>
  packet(replyType.attrs, u32(id), factsField(await jail.lstat(jailPath(fields.bytes()))));

export const fileVerbs: [number, Verb][] = [
  [requestType.open, open],
  [requestType.close, close],
  [requestType.read, read],
  [requestType.write, write],
  [requestType.fstat, fstat],
  [requestType.stat, stat],
  [requestType.lstat, lstat],
];
