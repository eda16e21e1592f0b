import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { NewEntry } from './entry.ts';
import { bytesOnly, hush, whileFed } from './fed-stream.ts';

const fileType = 0o100000;
const folderType = 0o040000;

/** A zip with deflate, piece by piece; zip64 where it is needed. Throws what `entries` throw. */
export async function* writeZip(entries: AsyncIterable<NewEntry>): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = hush(Readable.from(bytesOnly(zip.outputStream), { objectMode: false }));
  let current: Readable | null = null;
  zip.on('error', (error: Error) => output.destroy(error));
  const feed = async (): Promise<void> => {
    for await (const { name, kind, size, mode, modifiedAt, content } of entries) {
      const mtime = new Date(modifiedAt);
      if (kind === 'directory') zip.addEmptyDirectory(name, { mtime, mode: folderType | mode });
      else {
        const bytes = hush(Readable.from(content(), { objectMode: false }));
        current = bytes;
        zip.addReadStream(bytes, name, { mtime, mode: fileType | mode, size });
        await ended(bytes);
      }
      if (output.destroyed) return;
    }
    zip.end();
  };
  const destroy = (error?: Error): void => {
    output.destroy(error);
    current?.destroy();
  };
  yield* whileFed({ output: bytesOnly(output), feed, destroy });
}

/** Read to its end, or destroyed. Rejects with its error. */
function ended(stream: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.once('close', resolve);
  });
}
