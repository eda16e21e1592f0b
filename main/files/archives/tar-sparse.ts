import type { ByteSource } from './byte-source.ts';
import { damaged } from './entry.ts';
import { blockSize, numberAt, type TarHeader } from './tar-header.ts';

/** A file of which only some pieces are in the archive; between them it is zeros. */
export interface SparseMap {
  /** Of the whole file, in bytes. */
  size: number;
  pieces: { at: number; length: number }[];
  /** Bytes of the entry that the map itself took. */
  mapBytes: number;
}

/** Most pieces of one file. */
const maxPieces = 500_000;
const sparse = 'GNU.sparse.';
const zeros = Buffer.alloc(256 * 1024);

type PaxValues = ReadonlyMap<string, Buffer>;

/** GNU's own kind of entry: the map begins in the header and goes on in blocks behind it, which don't count as content. */
export async function oldSparseMap(header: TarHeader, source: ByteSource): Promise<SparseMap> {
  const numbers: number[] = [];
  const readFrom = (block: Buffer, at: number, count: number): void => {
    for (let i = 0; i < count; i++) {
      const field = at + i * 24;
      if (block[field] !== 0) numbers.push(numberAt(block, field, 12), numberAt(block, field + 12, 12));
    }
    if (numbers.length > 2 * maxPieces) throw tooMany();
  };
  readFrom(header.block, 386, 4);
  for (let more = header.block[482] !== 0; more; ) {
    const block = await source.exactly(blockSize);
    readFrom(block, 0, 21);
    more = block[504] !== 0;
  }
  return checkedMap(numberAt(header.block, 483, 12), numbers, { mapBytes: 0, entrySize: header.size });
}

/** The three forms that GNU tar writes into extended headers; null if it is no sparse file. Throws LightdeckError `invalid`. */
export async function paxSparseMap(
  { values, pairs }: { values: PaxValues; pairs: number[] },
  entrySize: number,
  source: ByteSource,
): Promise<SparseMap | null> {
  if (values.has(`${sparse}major`)) {
    const { numbers, mapBytes } = await mapInContent(source, entrySize);
    return checkedMap(numberOf(values, 'realsize'), numbers, { mapBytes, entrySize });
  }
  if (!values.has(`${sparse}size`)) return null;
  const text = values.get(`${sparse}map`)?.toString('latin1');
  const numbers = text === undefined ? pairs : text.split(',').filter(Boolean).map(Number);
  return checkedMap(numberOf(values, 'size'), numbers, { mapBytes: 0, entrySize });
}

/** Version 1.0: the map stands before the content, one number a line, the first says how many pairs follow; filled up to a block. */
async function mapInContent(
  source: ByteSource,
  entrySize: number,
): Promise<{ numbers: number[]; mapBytes: number }> {
  const numbers: number[] = [];
  let mapBytes = 0;
  let begun = '';
  for (let wanted = 1; numbers.length < wanted; wanted = 1 + 2 * (numbers[0] ?? 0)) {
    if (mapBytes + blockSize > entrySize) throw damaged("a sparse file's map is broken");
    const lines = (begun + (await source.exactly(blockSize)).toString('latin1')).split('\n');
    mapBytes += blockSize;
    begun = lines.pop() ?? '';
    numbers.push(...lines.map((line) => (/^\d+$/.test(line) ? Number(line) : Number.NaN)));
    if (!((numbers[0] ?? 0) <= maxPieces)) throw tooMany();
  }
  // What fills the last block up may look like lines.
  return { numbers: numbers.slice(1, 1 + 2 * (numbers[0] ?? 0)), mapBytes };
}

function numberOf(values: PaxValues, key: string): number {
  const text = values.get(sparse + key)?.toString('latin1') ?? '';
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function checkedMap(
  size: number,
  numbers: number[],
  { mapBytes, entrySize }: { mapBytes: number; entrySize: number },
): SparseMap {
  const pieces: SparseMap['pieces'] = [];
  let [end, total] = [0, 0];
  for (let i = 0; i < numbers.length; i += 2) {
    const [at = Number.NaN, length = Number.NaN] = [numbers[i], numbers[i + 1]];
    if (!Number.isSafeInteger(at) || !Number.isSafeInteger(length) || at < end || length < 0)
      throw damaged("a sparse file's map is broken");
    end = at + length;
    total += length;
    if (length > 0) pieces.push({ at, length });
  }
  if (!Number.isSafeInteger(size) || end > size || total !== entrySize - mapBytes)
    throw damaged("a sparse file's map doesn't fit to its content");
  return { size, pieces, mapBytes };
}

/** The whole file: `read` gives the next bytes of the content. */
export async function* fillHoles(
  { size, pieces }: SparseMap,
  read: (length: number) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const piece of pieces) {
    yield* holes(piece.at - at);
    yield* read(piece.length);
    at = piece.at + piece.length;
  }
  yield* holes(size - at);
}

function* holes(length: number): Generator<Uint8Array> {
  for (let rest = length; rest > 0; rest -= zeros.length)
    yield zeros.subarray(0, Math.min(rest, zeros.length));
}

const tooMany = () => damaged(`a sparse file has more than ${maxPieces} pieces`);
