import { createHash } from 'node:crypto';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { codecs, DamagedPack, type PackEntry } from './pack-format.ts';

/** What is tried first, from the block's middle: most of a game's files are compressed already. */
const sampleBytes = 64 * 1024;
/** Stored compressed where no more than this part of it is left. */
const worthIt = 0.95;
/** Node takes no less. */
const leastChunk = 64;

/** `chunkSize`: all at once, instead of many pieces that are put together afterwards. */
const options = (size: number) => ({
  chunkSize: Math.max(leastChunk, size),
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 0,
    // A larger one is slower, and at this quality no better.
    [constants.BROTLI_PARAM_LGWIN]: 16,
    [constants.BROTLI_PARAM_SIZE_HINT]: size,
  },
});

export const hashOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** The block as it is stored: compressed where that pays (docs/decisions/037). */
export function encodeBlock(raw: Uint8Array): { codec: number; stored: Uint8Array } {
  const plain = { codec: codecs.plain, stored: raw };
  if (raw.length > 2 * sampleBytes) {
    const from = (raw.length - sampleBytes) >> 1;
    const sample = raw.subarray(from, from + sampleBytes);
    if (brotliCompressSync(sample, options(sampleBytes)).length > sampleBytes * worthIt) return plain;
  }
  const packed = brotliCompressSync(raw, options(raw.length));
  return packed.length <= raw.length * worthIt ? { codec: codecs.brotli, stored: packed } : plain;
}

/** The content of a stored block. Throws DamagedPack if it isn't what its hash says. */
export function decodeBlock({ codec, raw, hash }: PackEntry, stored: Uint8Array): Uint8Array {
  const bytes = codec === codecs.brotli ? unpack(stored, raw) : stored;
  if (bytes.length !== raw || !hashOf(bytes).equals(hash))
    throw new DamagedPack('its content is not what was stored');
  return bytes;
}

function unpack(stored: Uint8Array, raw: number): Uint8Array {
  try {
    // With a little more room than is needed, or it would be asked whether there is more.
    return brotliDecompressSync(stored, { maxOutputLength: raw, chunkSize: raw + leastChunk });
  } catch (error) {
    throw new DamagedPack('it can no longer be decompressed', { cause: error });
  }
}
