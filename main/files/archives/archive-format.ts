import { LightdeckError } from '../../../shared/errors.ts';
import { type ArchiveFormat, archiveFormats } from '../../../shared/http/archives.ts';

/** Bytes from the beginning that are needed to tell. */
export const headSize = 512;

const startsWith = (head: Uint8Array, ...bytes: number[]): boolean =>
  bytes.every((byte, i) => head[i] === byte);

/** Formats that we know and don't read, for a better message. */
const foreign = [
  { name: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { name: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { name: '7z', bytes: [0x37, 0x7a, 0xbc, 0xaf] },
  { name: 'RAR', bytes: [0x52, 0x61, 0x72, 0x21] },
];

/**
 * The format, by content: names lie. What is inside of a compression is found out when it is read. Throws LightdeckError
 * `invalid` for anything else.
 */
export function formatOf(head: Uint8Array): ArchiveFormat {
  // An empty zip has nothing but its end.
  if (startsWith(head, 0x50, 0x4b, 3, 4) || startsWith(head, 0x50, 0x4b, 5, 6)) return 'zip';
  if (startsWith(head, 0x1f, 0x8b)) return 'tar.gz';
  if (startsWith(head, 0x42, 0x5a, 0x68)) return 'tar.bz2';
  if (looksLikeTar(head)) return 'tar';
  const known = foreign.find(({ bytes }) => startsWith(head, ...bytes));
  const what = known ? `a ${known.name} file` : 'no archive';
  throw new LightdeckError('invalid', `The file is ${what}; ${archiveFormats.join(', ')} can be unpacked`);
}

/** A header whose checksum is right, or the empty blocks of a tar without entries. */
export function looksLikeTar(head: Uint8Array): boolean {
  if (head.length < headSize) return false;
  const block = Buffer.from(head.buffer, head.byteOffset, headSize);
  if (block.every((byte) => byte === 0)) return true;
  let sum = 8 * 0x20;
  for (let i = 0; i < headSize; i++) if (i < 148 || i >= 156) sum += block[i] ?? 0;
  return Number.parseInt(block.toString('latin1', 148, 156).replaceAll('\0', ' ').trim(), 8) === sum;
}
