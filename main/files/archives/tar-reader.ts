import { LightdeckError } from '../../../shared/errors.ts';
import { shown } from '../file-errors.ts';
import { ByteSource } from './byte-source.ts';
import { type ArchivedEntry, damaged, type EntryKind } from './entry.ts';
import { spellPath } from './paths.ts';
import { blockSize, parseHeader, type TarHeader } from './tar-header.ts';
import { type PaxRecords, parsePax } from './tar-pax.ts';
import { fillHoles, oldSparseMap, paxSparseMap, type SparseMap } from './tar-sparse.ts';

/** Longest header that stands in an entry of its own (names, attributes, maps of sparse files), in bytes. */
const maxExtraHeader = 16 * 1024 * 1024;

/** What the next entry is told by headers before it. */
interface Announced {
  /** Of all entries that follow. */
  global: PaxRecords;
  pax: PaxRecords;
  longName: Buffer | null;
  longLink: Buffer | null;
}

/**
 * Reads a tar: ustar, pax, GNU and the old form, sparse files too, several behind each other. Names are bytes and come spelled
 * (A16). Throws LightdeckError `invalid` for kinds of entries that nobody knows, and where the archive ends without its end mark,
 * since then something is missing.
 */
export async function* readTar(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ArchivedEntry> {
  const source = new ByteSource(bytes);
  try {
    yield* readEntries(source);
  } finally {
    await source.close();
  }
}

async function* readEntries(source: ByteSource): AsyncGenerator<ArchivedEntry> {
  let announced: Announced = { global: [], pax: [], longName: null, longLink: null };
  let [isFirst, hasEnded, hasEntries] = [true, false, false];
  for (;;) {
    const block = await source.upTo(blockSize);
    if (block.length < blockSize) {
      if (hasEnded) return;
      throw damaged(isFirst ? 'it ends before its first entry' : 'it ends without its end mark');
    }
    if (block.every((byte) => byte === 0)) {
      [isFirst, hasEnded] = [false, true];
      continue;
    }
    const header = parseHeader(block);
    if (!header && !hasEntries) throw new LightdeckError('invalid', 'There is no tar archive in this file');
    // Behind the end anything may stand.
    if (!header && hasEnded) return await source.drain();
    if (!header) throw damaged('the header of an entry is broken');
    [isFirst, hasEnded, hasEntries] = [false, false, true];
    if (await announces(header, announced, source)) continue;
    yield* readEntry(header, announced, source);
    announced = { ...announced, pax: [], longName: null, longLink: null };
  }
}

/** True for a header that only tells something about what follows. */
async function announces(header: TarHeader, announced: Announced, source: ByteSource): Promise<boolean> {
  const { type } = header;
  // Labels and access rights of other systems say nothing about files.
  if (type === 'V' || type === 'A') {
    await source.skip(padded(header.size));
    return true;
  }
  if (!['x', 'X', 'g', 'L', 'K'].includes(type)) return false;
  if (header.size > maxExtraHeader) throw damaged('an extended header is too long');
  const bytes = (await source.exactly(padded(header.size))).subarray(0, header.size);
  if (type === 'L') announced.longName = untilNul(bytes);
  else if (type === 'K') announced.longLink = untilNul(bytes);
  else if (type === 'g') announced.global = [...new Map([...announced.global, ...parsePax(bytes)])];
  else announced.pax = parsePax(bytes);
  return true;
}

/** The entry; what nobody reads of its content is passed over before the next one. */
async function* readEntry(
  header: TarHeader,
  announced: Announced,
  source: ByteSource,
): AsyncGenerator<ArchivedEntry> {
  const pax = new Map([...announced.global, ...announced.pax]);
  const name = pax.get('GNU.sparse.name') ?? pax.get('path') ?? announced.longName ?? header.name;
  const target = pax.get('linkpath') ?? announced.longLink ?? header.linkName;
  const kind = kindOf(header.type, name);
  const size = contentSize(kind, header, pax);
  const map = kind === 'file' ? await sparseMap({ ...header, size }, announced.pax, source) : null;
  const content = new Content(source, size - (map?.mapBytes ?? 0));
  yield {
    name: spellPath(name),
    kind,
    size: kind === 'file' ? (map?.size ?? size) : 0,
    mode: header.mode === null ? null : header.mode & 0o777,
    modifiedAt: timeOf(pax.get('mtime')?.toString('latin1') ?? header.mtime),
    target: kind === 'link' || kind === 'hardlink' ? spellPath(target) : null,
    content: () => (map ? fillHoles(map, (length) => content.read(length)) : content.read(size)),
  };
  await source.skip(content.left + padded(size) - size);
}

/** An entry's bytes in the archive, of which not all are read in every case. */
class Content {
  left: number;
  private readonly source: ByteSource;

  constructor(source: ByteSource, length: number) {
    this.source = source;
    this.left = length;
  }

  async *read(length: number): AsyncGenerator<Uint8Array> {
    for (let rest = length; rest > 0; ) {
      const part = await this.source.next(rest);
      if (!part) throw damaged('it ends in the middle of a file');
      rest -= part.length;
      this.left -= part.length;
      yield part;
    }
  }
}

function sparseMap(header: TarHeader, pax: PaxRecords, source: ByteSource): Promise<SparseMap | null> {
  if (header.type === 'S') return oldSparseMap(header, source);
  const pairs = pax
    .filter(([key]) => key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes')
    .map(([, value]) => Number(value.toString('latin1')));
  return paxSparseMap({ values: new Map(pax), pairs }, header.size, source);
}

/** Not of folders: old tools wrote a size there without any bytes. */
function contentSize(kind: EntryKind, { type, size }: TarHeader, pax: ReadonlyMap<string, Buffer>): number {
  if (kind === 'directory' && type !== 'D') return 0;
  const said = pax.get('size')?.toString('latin1');
  if (said === undefined) return kind === 'link' || kind === 'hardlink' ? 0 : size;
  const exact = /^\d+$/.test(said) ? Number(said) : Number.NaN;
  if (!Number.isSafeInteger(exact)) throw damaged('an entry says no possible size');
  return exact;
}

function kindOf(type: string, name: Buffer): EntryKind {
  switch (type) {
    case '0':
    case '7':
      // The oldest form has no kind for folders.
      return name.at(-1) === 0x2f ? 'directory' : 'file';
    case 'S':
      return 'file';
    case '5':
    case 'D':
      return 'directory';
    case '1':
      return 'hardlink';
    case '2':
      return 'link';
    case '3':
    case '4':
    case '6':
      return 'other';
    default:
      // After these the rest could not be read rightly.
      throw new LightdeckError(
        'invalid',
        `${shown(spellPath(name))} is of a kind that can't be unpacked here (${shown(type)}; M is a part of several tapes)`,
      );
  }
}

/** Seconds, with a fraction where pax tells one → Unix milliseconds; null for nonsense. */
function timeOf(seconds: string | number): number | null {
  const value = Number(seconds);
  return Number.isFinite(value) ? Math.round(value * 1000) : null;
}

function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

const padded = (length: number): number => Math.ceil(length / blockSize) * blockSize;
