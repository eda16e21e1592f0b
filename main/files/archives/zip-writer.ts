import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { NewEntry } from './entry.ts';
import { bytesOnly, hush, whileFed } from './fed-stream.ts';
import { pathBytes } from './paths.ts';

const fileType = 0o100000;
const folderType = 0o040000;
const linkType = 0o120000;

/** Unix milliseconds: from where on the field in seconds holds a time, up to where, and up to where the old field does. */
const firstTime = 0;
const lastInSeconds = 0x7fffffff * 1000;
const lastTime = Date.UTC(2107, 11, 30);

/** A zip can't say every time that a file system knows. */
export const zipCanSay = (modifiedAt: number): boolean => modifiedAt >= firstTime && modifiedAt <= lastTime;

/**
 * A zip with deflate, piece by piece; zip64 where it is needed. Times beyond those that a zip can say become the nearest. Throws what
 * `entries` throw.
 */
export async function* writeZip(entries: AsyncIterable<NewEntry>): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = hush(Readable.from(bytesOnly(zip.outputStream), { objectMode: false }));
  let current: Readable | null = null;
  zip.on('error', (error: Error) => output.destroy(error));
  const feed = async (): Promise<void> => {
    for await (const entry of entries) {
      const { name, kind, size, mode, content } = entry;
      const facts = timeOf(entry);
      if (kind === 'directory') zip.addEmptyDirectory(name, { ...facts, mode: folderType | mode });
      else if (kind === 'link') addLink(zip, entry);
      else {
        const bytes = hush(Readable.from(content(), { objectMode: false }));
        current = bytes;
        zip.addReadStream(bytes, name, { ...facts, mode: fileType | mode, size });
        await ended(bytes);
      }
      if (output.destroyed) return;
    }
    zip.end();
  };
  const destroy = (error?: Error): void => {
    output.destroy(error);
    current?.destroy();
    if (zip.outputStream instanceof Readable) hush(zip.outputStream).destroy();
  };
  yield* whileFed({ output: bytesOnly(output), feed, destroy });
}

/** As Info-ZIP has them: the content says where it leads. */
function addLink(zip: ZipFile, { name, target, modifiedAt }: NewEntry): void {
  const facts = timeOf({ modifiedAt });
  zip.addBuffer(pathBytes(target ?? ''), name, { ...facts, mode: linkType | 0o777, compress: false });
}

/** After 2038 only the older field can say it: to two seconds, in local time. */
function timeOf({ modifiedAt }: Pick<NewEntry, 'modifiedAt'>): { mtime: Date; forceDosTimestamp: boolean } {
  const time = Math.min(Math.max(firstTime, modifiedAt), lastTime);
  return { mtime: new Date(time), forceDosTimestamp: time > lastInSeconds };
}

/** Read to its end, or destroyed. Rejects with its error. */
function ended(stream: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.once('close', resolve);
  });
}
