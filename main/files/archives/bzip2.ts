import { Bzip2Blocks } from './bzip2-blocks.ts';
import { type Bzip2Thread, outputFull } from './bzip2-thread.ts';

/** Bytes that become one stream each: a whole block of level 9, with the margin that libbzip2 keeps. */
const pieceSize = 900_000 - 64;
/** What libbzip2 may need for a piece that can't be compressed. */
const pieceRoom = Math.ceil(pieceSize * 1.01) + 600;

/** Bytes that a block may expand to per level: as they are, with some runs, and with nothing but runs (4 equal bytes and a count of up to 255 in 5). */
const expansions = [200_000, 1_000_000, 5_300_000];

/**
 * bzip2 at level 9. The result is a series of streams, one for every 900 kB, which all bzip2 programs read as one file: so there is never
 * more than a piece in memory.
 */
export async function* bzip2(
  source: AsyncIterable<Uint8Array>,
  thread: Bzip2Thread,
): AsyncGenerator<Uint8Array> {
  let empty = true;
  for await (const piece of inPieces(source, pieceSize)) {
    empty = false;
    yield await compress(piece, thread);
  }
  if (empty) yield await compress(new Uint8Array(0), thread);
}

async function compress(bytes: Uint8Array, thread: Bzip2Thread): Promise<Uint8Array> {
  const answer = await thread.perform({ work: 'compress', bytes, room: pieceRoom });
  if (typeof answer === 'number') throw new Error(`bzip2 failed (code ${answer})`);
  return answer;
}

/** Reads bzip2 of any program, several streams too. Holds one block at a time: under 2 MB, in the worst case 48 MB. Throws Error when it is damaged. */
export async function* bunzip2(
  source: AsyncIterable<Uint8Array>,
  thread: Bzip2Thread,
): AsyncGenerator<Uint8Array> {
  const blocks = new Bzip2Blocks();
  for await (const chunk of source) {
    for (const { stream, level } of blocks.push(chunk)) yield await expand(stream, level, thread);
  }
  blocks.end();
}

async function expand(bytes: Uint8Array, level: number, thread: Bzip2Thread): Promise<Uint8Array> {
  for (const perLevel of expansions) {
    const answer = await thread.perform({ work: 'decompress', bytes, room: perLevel * level });
    if (typeof answer !== 'number') return answer;
    if (answer !== outputFull) throw new Error(`the bzip2 data is damaged (code ${answer})`);
  }
  throw new Error('the bzip2 data is damaged (a block that is too large)');
}

/** All pieces but the last have exactly `size` bytes. */
async function* inPieces(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let chunks: Uint8Array[] = [];
  let length = 0;
  for await (let chunk of source) {
    while (length + chunk.length >= size) {
      yield Buffer.concat([...chunks, chunk.subarray(0, size - length)]);
      chunk = chunk.subarray(size - length);
      chunks = [];
      length = 0;
    }
    chunks.push(chunk);
    length += chunk.length;
  }
  if (length > 0) yield Buffer.concat(chunks);
}
