import { LightdeckError } from '../../../shared/errors.ts';
import { type ArchiveFormat, archiveFormats } from '../../../shared/http/archives.ts';
import { hasChecksum } from './tar-header.ts';

/** Bytes from the beginning that are needed to tell. */
export const headSize = 512;

const startsWith = (head: Uint8Array, ...bytes: number[]): boolean =>
  bytes.every((byte, i) => head[i] === byte);

/** What is read; of these xz and zstd are not written. */
export type ReadFormat = ArchiveFormat | 'tar.xz' | 'tar.zst';
const readFormats: readonly ReadFormat[] = [...archiveFormats, 'tar.xz', 'tar.zst'];

/** Formats that we know and don't read, for a better message. */
const foreign = [
  { name: '7z', bytes: [0x37, 0x7a, 0xbc, 0xaf] },
  { name: 'RAR', bytes: [0x52, 0x61, 0x72, 0x21] },
];

/**
 * The format, by content: names lie. What is inside of a compression is found out when it is read. Throws LightdeckError
 * `invalid` for anything else.
 */
export function formatOf(head: Uint8Array): ReadFormat {
  // An empty zip has nothing but its end.
  if (startsWith(head, 0x50, 0x4b, 3, 4) || startsWith(head, 0x50, 0x4b, 5, 6)) return 'zip';
  if (startsWith(head, 0x1f, 0x8b)) return 'tar.gz';
  if (startsWith(head, 0x42, 0x5a, 0x68)) return 'tar.bz2';
  if (startsWith(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0)) return 'tar.xz';
  // zstd may begin with a frame that is passed over: its last four bits are anything.
  if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)) return 'tar.zst';
  if (((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18)
    return 'tar.zst';
  if (looksLikeTar(head)) return 'tar';
  const known = foreign.find(({ bytes }) => startsWith(head, ...bytes));
  const what = known ? `a ${known.name} file` : 'no archive';
  throw new LightdeckError('invalid', `The file is ${what}; ${readFormats.join(', ')} can be unpacked`);
}

/** A header whose checksum is right, or the empty blocks of a tar without entries. */
export function looksLikeTar(head: Uint8Array): boolean {
  if (head.length < headSize) return false;
  const block = Buffer.from(head.buffer, head.byteOffset, headSize);
  return hasChecksum(block) || block.every((byte) => byte === 0);
}

const loneEnding = /^(.+)\.(gz|bz2|xz|zst)$/i;
const tarEnding = /\.tar\.[a-z0-9]+$/i;

/** The name of the one file in a compressed file that is no archive, as `latest.log.gz`; null for a name that promises an archive, or nothing. */
export function loneName(path: string): string | null {
  const name = path.split('/').findLast((part) => part !== '' && part !== '.') ?? '';
  return tarEnding.test(name) ? null : (loneEnding.exec(name)?.[1] ?? null);
}
