import type { FileHandle } from 'node:fs/promises';
import type { ArchiveFormat } from '../../../shared/http/archives.ts';
import type { ReadFormat } from './archive-format.ts';
import { ByteSource } from './byte-source.ts';
import { bunzip2, bzip2 } from './bzip2.ts';
import { Bzip2Thread } from './bzip2-thread.ts';
import type { ArchivedEntry, NewEntry } from './entry.ts';
import { fileChunks } from './file-chunks.ts';
import { gunzip, gzip } from './gzip.ts';
import { blockSize, hasChecksum } from './tar-header.ts';
import { readTar } from './tar-reader.ts';
import { writeTar } from './tar-writer.ts';
import { decompressInThread } from './thread-stream.ts';
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
  /** What a compressed file that is no tar becomes; null if it must be one. */
  loneName: string | null;
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
export async function* decode(format: ReadFormat, options: DecodeOptions): AsyncGenerator<ArchivedEntry> {
  const compressed = bytesOf(options);
  const read = (bytes: AsyncIterable<Uint8Array>) => tarOrFile(counted(bytes, options), options.loneName);
  switch (format) {
    case 'zip':
      yield* readZip(options);
      return;
    case 'tar':
      yield* readTar(counted(compressed, options));
      return;
    case 'tar.gz':
      yield* read(gunzip(compressed));
      return;
    case 'tar.bz2':
      yield* withBzip2((thread) => read(bunzip2(compressed, thread)));
      return;
    case 'tar.xz':
      yield* read(decompressInThread(compressed, 'xz'));
      return;
    case 'tar.zst':
      yield* read(decompressInThread(compressed, 'zst'));
      return;
  }
}

/** A tar, or the one file that was compressed. Zeros at the beginning, which end a tar, may begin a file. */
async function* tarOrFile(
  bytes: AsyncIterable<Uint8Array>,
  loneName: string | null,
): AsyncGenerator<ArchivedEntry> {
  const source = new ByteSource(bytes);
  try {
    const head = await source.upTo(blockSize);
    const isTar = loneName === null || (head.length === blockSize && hasChecksum(head));
    if (isTar) yield* readTar(all(head, source));
    else
      yield {
        name: loneName,
        kind: 'file',
        // Nothing says it before the end.
        size: 0,
        mode: null,
        modifiedAt: null,
        target: null,
        content: () => all(head, source),
      };
  } finally {
    await source.close();
  }
}

async function* all(head: Uint8Array, source: ByteSource): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (;;) {
    const chunk = await source.next(Number.POSITIVE_INFINITY);
    if (!chunk) return;
    yield chunk;
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
