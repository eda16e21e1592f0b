import { pipeline, type Transform } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';

/** zlib works in Node's own threads, not in ours. */
export const gzip = (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> =>
  through(source, createGzip());

/** Throws zlib's error when the data is damaged or cut. */
export const gunzip = (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> =>
  through(source, createGunzip());

async function* through(source: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Uint8Array> {
  // A failure of either side destroys the transform with it, and so comes out of the loop.
  pipeline(source, transform, () => {});
  for await (const chunk of transform) yield chunk;
}
