import { damaged } from './entry.ts';

export const blockSize = 512;

/** One header block, as it stands there. Texts are bytes: a tar doesn't say what they mean. */
export interface TarHeader {
  /** One character; NUL of the old form is `0`. */
  type: string;
  name: Buffer;
  linkName: Buffer;
  mode: number | null;
  /** Bytes that follow, without the filling. */
  size: number;
  /** Unix seconds. */
  mtime: number;
  block: Buffer;
}

/** Null where the checksum is wrong: it is no header. Throws LightdeckError `invalid` for impossible numbers. */
export function parseHeader(block: Buffer): TarHeader | null {
  if (!hasChecksum(block)) return null;
  const magic = block.toString('latin1', 257, 263);
  const name = textAt(block, 0, 100);
  // GNU keeps other things where POSIX has the beginning of long names.
  const prefix = magic === 'ustar\0' ? textAt(block, 345, 155) : Buffer.alloc(0);
  const type = String.fromCharCode(block[156] || 0x30);
  const size = numberAt(block, 124, 12);
  if (!Number.isSafeInteger(size) || size < 0) throw damaged('an entry says no possible size');
  const mode = numberAt(block, 100, 8);
  return {
    type,
    name: prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name,
    linkName: textAt(block, 157, 100),
    mode: Number.isInteger(mode) ? mode : null,
    size,
    mtime: numberAt(block, 136, 12),
    block,
  };
}

export function hasChecksum(block: Buffer): boolean {
  let [sum, signed] = [8 * 0x20, 8 * 0x20];
  for (let i = 0; i < blockSize; i++) {
    if (i >= 148 && i < 156) continue;
    const byte = block[i] ?? 0;
    sum += byte;
    // Some old tools added up signed bytes.
    signed += byte < 0x80 ? byte : byte - 0x100;
  }
  const said = numberAt(block, 148, 8);
  return said === sum || said === signed;
}

export function textAt(block: Buffer, at: number, length: number): Buffer {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}

/** Octal, or GNU's base 256; 0 for an empty field, NaN for nonsense. */
export function numberAt(block: Buffer, at: number, length: number): number {
  const first = block[at] ?? 0;
  if ((first & 0x80) === 0) {
    const digits = block
      .toString('latin1', at, at + length)
      .replaceAll('\0', ' ')
      .trim();
    return digits === '' ? 0 : /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
  }
  let value = BigInt.asIntN(7, BigInt(first & 0x7f));
  for (let i = 1; i < length; i++) value = value * 256n + BigInt(block[at + i] ?? 0);
  return Number(value);
}
