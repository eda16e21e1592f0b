import type { FileHandle } from 'node:fs/promises';
import type { ArchiveFormat } from '../../../shared/http/archives.ts';
import { bunzip2, bzip2 } from './bzip2.ts';
import { Bzip2Thread } from './bzip2-thread.ts';
import type { ArchivedEntry, NewEntry } from './entry.ts';
import { fileChunks } from './file-chunks.ts';
import { gunzip, gzip } from './gzip.ts';
import { readTar } from './tar-reader.ts';
import { writeTar } from './tar-writer.ts';
import { readZip } from './zip-reader.ts';
import { writeZip } from './zip-writer.ts';

/** The bytes of an archive with these entries. */
export async function* encode(
  format: ArchiveFormat,
  entries: AsyncIterable<NewEntry>,
): AsyncGenerator<Uint8Array> {
  switch (format) {
    case 'zip':
      yield* writeZip(entries);
      return;
    case 'tar':
      yield* writeTar(entries);
      return;
    case 'tar.gz':
      yield* gzip(writeTar(entries));
      return;
    case 'tar.bz2':
      yield* withBzip2((thread) => bzip2(writeTar(entries), thread));
      return;
  }
}

export interface DecodeOptions {
  /** Stays the caller's. */
  file: FileHandle;
  /** Bytes. */
  size: number;
  signal: AbortSignal;
  /** How many bytes of the file were read so far; not told for a zip, which is not read from front to back. */
  onRead: (bytes: number) => void;
  /**
   * Each number of bytes that comes out of the compression: of a tar all of them, also those of headers and of what is left out;
   * of a zip the files' contents. What it throws ends the work.
   */
  onExpanded: (bytes: number) => void;
}

/** What an archive holds. Throws whatever its readers throw: `readingError` puts that into words. */
export async function* decode(format: ArchiveFormat, options: DecodeOptions): AsyncGenerator<ArchivedEntry> {
  switch (format) {
    case 'zip':
      yield* readZip(options);
      return;
    case 'tar':
      yield* readTar(counted(bytesOf(options), options));
      return;
    case 'tar.gz':
      yield* readTar(counted(gunzip(bytesOf(options)), options));
      return;
    case 'tar.bz2':
      yield* withBzip2((thread) => readTar(counted(bunzip2(bytesOf(options), thread), options)));
      return;
  }
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  { onExpanded }: Pick<DecodeOptions, 'onExpanded'>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    onExpanded(chunk.length);
    yield chunk;
  }
}

async function* bytesOf({ file, size, signal, onRead }: DecodeOptions): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of fileChunks(file, { start: 0, end: size, signal })) {
    read += chunk.length;
    onRead(read);
    yield chunk;
  }
}

/** The thread ends with the work, also with one that is broken off. */
async function* withBzip2<T>(work: (thread: Bzip2Thread) => AsyncIterable<T>): AsyncGenerator<T> {
  const thread = await Bzip2Thread.start();
  try {
    yield* work(thread);
  } finally {
    await thread.close();
  }
}
