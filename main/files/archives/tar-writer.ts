import { isUtf8 } from 'node:buffer';
import type { NewEntry } from './entry.ts';
import { pathBytes } from './paths.ts';
import { blockSize } from './tar-header.ts';
import { formatPax } from './tar-pax.ts';

const nameLength = 100;
const prefixLength = 155;
/** What the fields' octal digits hold. */
const maxLong = 8 ** 11 - 1;
const maxShort = 8 ** 7 - 1;
const types = { file: '0', directory: '5', link: '2' } as const;
/** GNU's name for the entry that holds a long name, which is read by all. */
const gnuLongName = '././@LongLink';

/**
 * A tar, piece by piece: ustar; pax for what doesn't fit into it (long or non-ASCII names, large files, times before 1970 and
 * after 2242). Names that are no text stand there as they are, long ones as GNU writes them. Throws what `entries` throw.
 */
export async function* writeTar(entries: AsyncIterable<NewEntry>): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    yield headers(entry);
    let size = 0;
    for await (const chunk of entry.content()) {
      size += chunk.length;
      yield chunk;
    }
    if (size !== entry.size) throw new Error('an entry gave another number of bytes than it promised');
    yield Buffer.alloc(filling(size));
  }
  yield Buffer.alloc(2 * blockSize);
}

/** The entry's header, and before it what doesn't fit into it. */
function headers(entry: NewEntry): Buffer {
  const name = pathBytes(entry.kind === 'directory' ? `${entry.name}/` : entry.name);
  const target = pathBytes(entry.target ?? '');
  const seconds = Math.floor(entry.modifiedAt / 1000);
  const pax: [string, string | Buffer][] = [];
  const before: Buffer[] = [];
  const tell = (bytes: Buffer, key: string, type: 'L' | 'K'): void => {
    if (isUtf8(bytes)) pax.push([key, bytes]);
    else before.push(extra(type, gnuLongName, Buffer.concat([bytes, Buffer.alloc(1)])));
  };
  const split = splitName(name);
  if (!split) tell(name, 'path', 'L');
  if (!isPlain(target, nameLength)) tell(target, 'linkpath', 'K');
  if (entry.size > maxLong) pax.push(['size', String(entry.size)]);
  if (seconds < 0 || seconds > maxLong) pax.push(['mtime', String(seconds)]);
  if (pax.length > 0) before.push(extra('x', 'PaxHeader', formatPax(pax)));
  const block = header({
    ...entry,
    type: types[entry.kind],
    name: split?.name ?? name.subarray(0, nameLength),
    prefix: split?.prefix ?? Buffer.alloc(0),
    target: target.subarray(0, nameLength),
    seconds,
  });
  return Buffer.concat([...before, block]);
}

/** A header that stands in an entry of its own. */
function extra(type: string, name: string, bytes: Buffer): Buffer {
  const none = Buffer.alloc(0);
  const facts = { size: bytes.length, mode: 0o644, uid: 0, gid: 0, seconds: 0 };
  const block = header({ ...facts, type, name: Buffer.from(name), prefix: none, target: none });
  return Buffer.concat([block, bytes, Buffer.alloc(filling(bytes.length))]);
}

/** Text that isn't ASCII goes into pax, where it is said what it means. What is no text has no other place than this. */
function isPlain(bytes: Buffer, length: number): boolean {
  if (bytes.length > length) return false;
  return !isUtf8(bytes) || bytes.every((byte) => byte < 0x80);
}

/** Null where it fits neither in one field nor in two. */
function splitName(name: Buffer): { name: Buffer; prefix: Buffer } | null {
  if (!isPlain(name, nameLength + 1 + prefixLength)) return null;
  if (name.length <= nameLength) return { name, prefix: Buffer.alloc(0) };
  // The slash at a folder's end is part of its name.
  const slash = name.subarray(0, Math.min(prefixLength + 1, name.length - 1)).lastIndexOf(0x2f);
  if (slash <= 0 || name.length - slash - 1 > nameLength) return null;
  return { name: name.subarray(slash + 1), prefix: name.subarray(0, slash) };
}

interface HeaderFields {
  type: string;
  name: Buffer;
  prefix: Buffer;
  target: Buffer;
  size: number;
  mode: number;
  uid: number;
  gid: number;
  seconds: number;
}

/** Numbers that are too large for their field are told by pax, or not at all: owners, which nobody asks for. */
function header({ type, name, prefix, target, size, mode, uid, gid, seconds }: HeaderFields): Buffer {
  const block = Buffer.alloc(blockSize);
  const octal = (value: number, at: number, digits: number): void => {
    const most = digits === 11 ? maxLong : maxShort;
    const shown = value > most && digits === 7 ? 0 : Math.min(Math.max(0, value), most);
    block.write(shown.toString(8).padStart(digits, '0'), at, 'latin1');
  };
  name.copy(block, 0);
  octal(mode & 0o7777, 100, 7);
  octal(uid, 108, 7);
  octal(gid, 116, 7);
  octal(size, 124, 11);
  octal(seconds, 136, 11);
  block.write(' '.repeat(8), 148, 'latin1');
  block.write(type, 156, 'latin1');
  target.copy(block, 157);
  block.write('ustar\x0000', 257, 'latin1');
  octal(0, 329, 7);
  octal(0, 337, 7);
  prefix.copy(block, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

const roundUp = (length: number): number => Math.ceil(length / blockSize) * blockSize;
const filling = (length: number): number => roundUp(length) - length;
