import { crc32 } from 'node:zlib';
import { type HistoryFs, readFully } from './history-fs.ts';
import type { HistoryRecord } from './history-journal.ts';
import type { Segment } from './history-segments.ts';

/** So much of the newest text is compared with its checksums when a history is opened, in bytes. */
const checkedBytes = 256 * 1024;

export interface TextDamage {
  /** Bytes that aren't what was written, of those that were looked at. */
  bytes: number;
  /** Where it begins, if it reaches to the end of the text. */
  endsFrom: number | null;
}

interface CheckOptions {
  fs: HistoryFs;
  segments: readonly Segment[];
  path: (segment: Segment) => string;
  /** Oldest first, none of them beyond the text's end. */
  records: readonly HistoryRecord[];
}

/**
 * Compares the newest text with the checksums it was written with: after a power cut its last part may be zeros, although the journal
 * vouches for it. Null if it is right, as far as that is known. Rejects if it can't be read.
 */
export async function checkText({ fs, segments, path, records }: CheckOptions): Promise<TextDamage | null> {
  const damage: TextDamage = { bytes: 0, endsFrom: null };
  const least = (records.at(-1)?.end ?? 0) - checkedBytes;
  for (const { text, end } of records) {
    // Of the same write there may be several: each says the same.
    if (text === undefined || text.from < least || text.from >= end) continue;
    const segment = segments.find(({ start, size }) => start <= text.from && end <= start + size);
    // What was trimmed or lies in a hole is told elsewhere.
    if (segment === undefined) continue;
    const isRight = (await sumOf(fs, path(segment), text.from - segment.start, end - text.from)) === text.sum;
    if (isRight) damage.endsFrom = null;
    else {
      damage.bytes += end - text.from;
      damage.endsFrom ??= text.from;
    }
  }
  return damage.bytes > 0 ? damage : null;
}

async function sumOf(fs: HistoryFs, path: string, at: number, length: number): Promise<number | null> {
  const file = await fs.open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    return (await readFully(file, buffer, at)) === length ? crc32(buffer) : null;
  } finally {
    await file.close();
  }
}
