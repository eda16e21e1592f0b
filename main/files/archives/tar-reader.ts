import { extract, type Header } from 'tar-stream';
import { LightdeckError } from '../../../shared/errors.ts';
import type { FileKind } from '../contract.ts';
import { shown } from '../file-errors.ts';
import { looksLikeTar } from './archive-format.ts';
import { type ArchivedEntry, damaged } from './entry.ts';
import { bytesOnly, hush, offer, whileFed } from './fed-stream.ts';

const blockSize = 512;

/**
 * Reads a tar: ustar, pax, GNU and the old form. Throws LightdeckError `invalid` for what can't be unpacked faithfully (sparse files,
 * kinds of entries that nobody knows) and where the archive ends without its end mark, since then something is missing.
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<ArchivedEntry> {
  const parser = hush(extract({ highWaterMark: 256 * 1024, ...{ allowUnknownFormat: true } }));
  let total = 0;
  const feed = async (): Promise<void> => {
    for await (const chunk of startingLikeTar(source)) {
      total += chunk.length;
      if (!(await offer(parser, chunk))) return;
    }
    parser.end(undefined);
  };
  /** Where the last entry's bytes end. */
  let end = 0;
  for await (const entry of whileFed({ output: parser, feed, destroy: (error) => parser.destroy(error) })) {
    const archived = describe(entry.header, () => bytesOnly(entry));
    // Not of folders: old tools wrote a size there without any bytes.
    const size = archived.kind === 'directory' ? 0 : entry.header.size;
    end = entry.offset + blockSize + Math.ceil(size / blockSize) * blockSize;
    yield archived;
    entry.resume();
  }
  if (total < end + blockSize) throw damaged('it ends without its end mark');
}

/** Otherwise everything that isn't a tar would be called a damaged one. */
async function* startingLikeTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | null = new Uint8Array(0);
  for await (const chunk of source) {
    if (head === null) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < blockSize) continue;
    if (!looksLikeTar(head)) throw new LightdeckError('invalid', 'There is no tar archive in this file');
    yield head;
    head = null;
  }
  if (head !== null) throw damaged('it ends before its first entry');
}

function describe(header: Header, content: () => AsyncIterable<Uint8Array>): ArchivedEntry {
  const pax = new Map<string, unknown>(header.pax ? Object.entries(header.pax) : []);
  const kind = kindOf(header);
  if ([...pax.keys()].some((key) => key.startsWith('GNU.sparse.')))
    throw new LightdeckError(
      'invalid',
      `${shown(header.name)} is a sparse file, which can't be unpacked here`,
    );
  const seconds = Number(pax.get('mtime') ?? header.mtime.getTime() / 1000);
  return {
    name: header.name,
    kind,
    size: kind === 'file' ? header.size : 0,
    mode: Number.isInteger(header.mode) ? header.mode & 0o777 : null,
    modifiedAt: Number.isFinite(seconds) ? Math.round(seconds * 1000) : null,
    content,
  };
}

function kindOf({ type, name }: Header): FileKind {
  switch (type) {
    case 'file':
    case 'contiguous-file':
      return 'file';
    case 'directory':
      return 'directory';
    case 'link':
    case 'symlink':
      return 'link';
    case 'fifo':
    case 'block-device':
    case 'character-device':
      return 'other';
    default:
      // GNU's own kinds among them, after which the rest could not be read rightly.
      throw new LightdeckError(
        'invalid',
        `${shown(name)} is of a kind that can't be unpacked here (a sparse file, or a part of several tapes)`,
      );
  }
}
