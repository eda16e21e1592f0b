import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  type Entry,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type ZipFile,
} from 'yauzl';
import { toError } from '../../../shared/error-text.ts';
import { LightdeckError } from '../../../shared/errors.ts';
import type { FileKind } from '../contract.ts';
import { shown } from '../file-errors.ts';
import { type ArchivedEntry, damaged } from './entry.ts';
import { bytesOnly } from './fed-stream.ts';
import { fileChunks } from './file-chunks.ts';
import { spellPath } from './paths.ts';
import { findZip } from './zip-bounds.ts';

/** An open zip file and its length in bytes. */
export interface ZipSource {
  file: FileHandle;
  size: number;
  signal: AbortSignal;
  /** Each number of bytes that comes out of a file's compression. */
  onExpanded: (bytes: number) => void;
}

/** Read at once around each place that is asked for: the list at a zip's end is read in small steps. */
const windowSize = 64 * 1024;

/** A part of the file, as if it were the whole. */
class FileReader extends RandomAccessReader {
  private readonly source: ZipSource;
  private readonly base: number;
  private window: { at: number; bytes: Buffer } = { at: 0, bytes: Buffer.alloc(0) };

  constructor(source: ZipSource, base: number) {
    super();
    this.source = source;
    this.base = base;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const { file, signal } = this.source;
    const range = { start: this.base + start, end: this.base + end, signal };
    return Readable.from(fileChunks(file, range), { objectMode: false });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.fetch(this.base + position, length).then(
      (bytes) => callback(null, bytes.copy(buffer, offset)),
      (error: unknown) => callback(toError(error)),
    );
  }

  /** Fewer bytes than asked for only at the end of the file. */
  private async fetch(position: number, length: number): Promise<Buffer> {
    const { file, signal } = this.source;
    signal.throwIfAborted();
    const { at, bytes } = this.window;
    if (position < at || position + length > at + bytes.length) {
      const room = Buffer.alloc(Math.max(windowSize, length));
      const { bytesRead } = await file.read(room, 0, room.length, position);
      this.window = { at: position, bytes: room.subarray(0, bytesRead) };
    }
    const from = position - this.window.at;
    return this.window.bytes.subarray(from, from + length);
  }
}

/**
 * Reads a zip by the list at its end (the only place that counts), in its order. zip64, data descriptors, UTF-8 and CP437 names.
 * Throws LightdeckError `invalid` for encrypted entries and foreign compressions, before anything of them is read.
 */
export async function* readZip(source: ZipSource): AsyncGenerator<ArchivedEntry> {
  const bounds = await findZip(source.file, source.size, source.signal);
  if (!bounds) throw damaged('the list of its entries, which stands at its end, is missing');
  const { start, end, count } = bounds;
  const zip = await fromRandomAccessReaderPromise(new FileReader(source, start), end - start, {
    autoClose: false,
    // Decoded below, since its own checks of names say other words than ours.
    decodeStrings: false,
  });
  // It would read as many as the end record says, which may be too few.
  zip.entryCount = count;
  for await (const entry of zip.eachEntry()) yield describe(zip, entry, source);
}

function describe(zip: ZipFile, entry: Entry, source: ZipSource): ArchivedEntry {
  const name = nameOf(entry);
  if (entry.isEncrypted())
    throw new LightdeckError(
      'invalid',
      `${shown(name)} is encrypted: encrypted archives can't be unpacked here`,
    );
  if (!entry.canDecodeFileData())
    throw new LightdeckError(
      'invalid',
      `${shown(name)} is compressed by a method that can't be unpacked here (${entry.compressionMethod}): use deflate`,
    );
  const unixMode = unixModeOf(entry);
  const modifiedAt = entry.getLastModDate().getTime();
  return {
    name,
    kind: kindOf(name, unixMode),
    size: entry.uncompressedSize,
    mode: unixMode === 0 ? null : unixMode & 0o777,
    modifiedAt: Number.isFinite(modifiedAt) ? modifiedAt : null,
    // It is the content.
    target: null,
    content: () => checked(zip, entry, source),
  };
}

/** Unix and macOS, by the number that zips have for them. */
const unixSystems = [3, 19];
const utf8Flag = 0x800;

const unicodePathField = 0x7075;

/**
 * UTF-8 where it is said, or where a Unix system wrote what is valid UTF-8 without saying it (many do); what such a system wrote
 * that is no UTF-8 are its file's bytes; else CP437. Backslashes become slashes, but for one at the beginning.
 */
function nameOf(entry: Entry): string {
  const { generalPurposeBitFlag: flags, fileNameRaw, extraFields } = entry;
  const isUnix = unixSystems.includes(entry.versionMadeBy >>> 8);
  const isUnsaid = isUnix && isUtf8(fileNameRaw);
  const isSaid = (flags & utf8Flag) !== 0 || extraFields.some(({ id }) => id === unicodePathField);
  if (isUnix && !isUnsaid && !isSaid) return spellPath(fileNameRaw);
  const text = getFileNameLowLevel(isUnsaid ? flags | utf8Flag : flags, fileNameRaw, extraFields, true);
  return spellPath(Buffer.from(text.replace(/(?!^)\\/g, '/')));
}

/** 0 from all systems but these. */
function unixModeOf({ versionMadeBy, externalFileAttributes }: Entry): number {
  return unixSystems.includes(versionMadeBy >>> 8) ? externalFileAttributes >>> 16 : 0;
}

function kindOf(name: string, unixMode: number): FileKind {
  switch (unixMode & 0o170000) {
    case 0:
    case 0o100000:
    case 0o040000:
      return name.endsWith('/') ? 'directory' : 'file';
    case 0o120000:
      return 'link';
    default:
      return 'other';
  }
}

/** yauzl checks the length; the checksum is left to us. */
async function* checked(zip: ZipFile, entry: Entry, { onExpanded }: ZipSource): AsyncGenerator<Uint8Array> {
  let sum = 0;
  for await (const chunk of bytesOnly(await zip.openReadStreamPromise(entry))) {
    onExpanded(chunk.length);
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== entry.crc32) throw damaged('the checksum of an entry is wrong');
}
