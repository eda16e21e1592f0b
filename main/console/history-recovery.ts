import { join } from 'node:path';
import type { Log } from '../lib/log.ts';
import { hasCode } from '../lib/system-error.ts';
import { wholeLength } from './history-characters.ts';
import { checkText, type TextDamage } from './history-check.ts';
import { type HistoryFs, readFully } from './history-fs.ts';
import { emptyRecord, type HistoryRecord, readJournal } from './history-journal.ts';
import { HistorySegments, type Segment, segmentStart } from './history-segments.ts';

export interface RecoveredHistory {
  segments: HistorySegments;
  base: HistoryRecord;
  last: HistoryRecord;
  /** What was damaged, in words; null if nothing was. */
  damage: string | null;
}

/**
 * Finds out what a folder holds, after an orderly end or a crash. Text that the journal doesn't vouch for, or that isn't what it
 * vouches for (`history-check.ts`), is cut off at the end: it is in the engine's log still, and will be fetched from there by count. Without a usable journal all whole characters are kept and nothing
 * counts as consumed: the text is what is left to tell where it ends (`log-place.ts`). If the last text is gone although the journal knows of it, offsets go on where they were: that is a hole.
 * Rejects if the folder is there but can't be read; a missing one is an empty history, and nothing is made.
 */
export async function recoverHistory(fs: HistoryFs, dir: string, log: Log): Promise<RecoveredHistory> {
  const found = await findSegments(fs, dir);
  const { records, damaged, endsDamaged } =
    found === null ? { records: [], damaged: 0, endsDamaged: false } : await readJournal(fs, dir);
  const segments = new HistorySegments(dir);
  const files = found ?? [];
  const from = files[0]?.start ?? 0;
  const end = endOf(files);
  // Where the newest line is damaged, what an older one says would cut off text that no log may have any more.
  const usable = endsDamaged ? [] : records.filter((record) => record.end >= from);
  const vouched = usable.filter((record) => record.end <= end);
  const damagedText = await checkText({
    fs,
    segments: files,
    path: (segment) => segments.path(segment),
    records: vouched,
  });
  const last = lastRight(vouched, damagedText) ?? usable.at(-1);
  const stop = last?.end ?? end;
  for (const segment of files) {
    const size = Math.min(segment.size, stop - segment.start);
    if (size > 0) segments.add({ start: segment.start, size });
    if (size >= segment.size && size > 0) continue;
    // An empty file at the very end stays: its name may be the only proof that the text had come so far.
    if (size > 0 || segment.start === stop)
      await cut(segments.path(segment), () => fs.truncate(segments.path(segment), size), log);
    else await cut(segments.path(segment), () => fs.unlink(segments.path(segment)), log);
  }
  const damage = describeDamage({
    dir,
    damaged,
    hasText: end > from,
    isKnown: last !== undefined,
    damagedText,
  });
  if (last) return { segments, base: usable.find((record) => record.end <= last.end) ?? last, last, damage };
  const record = { ...emptyRecord, end: end - (await cutPartialCharacter(fs, segments, end, log)) };
  return { segments, base: record, last: record, damage };
}

function describeDamage(found: {
  dir: string;
  damaged: number;
  hasText: boolean;
  isKnown: boolean;
  damagedText: TextDamage | null;
}): string | null {
  const { dir, damaged, hasText, isKnown, damagedText } = found;
  if (damagedText !== null) return describeTextDamage(dir, damagedText);
  const where = `the journal of the console history in ${dir}`;
  if (damaged > 0) return `${damaged} lines of ${where} are damaged and count for nothing; check the disk`;
  return hasText && !isKnown ? `${where} is lost; the text is kept` : null;
}

function describeTextDamage(dir: string, { bytes, endsFrom }: TextDamage): string {
  const what = `${bytes} bytes of the console history in ${dir} are not what was written, as after a power cut; check the disk`;
  return endsFrom === null
    ? what
    : `${what}. They are read again from the engine's log where it still has them`;
}

/** The newest record of text that is right; where none is, the text is kept as it is. */
function lastRight(records: readonly HistoryRecord[], damage: TextDamage | null): HistoryRecord | undefined {
  const endsFrom = damage?.endsFrom ?? null;
  const right = endsFrom === null ? undefined : records.findLast((record) => record.end <= endsFrom);
  return right ?? records.at(-1);
}

/**
 * In order, and without overlaps: where one reaches into the next, the next is right, since it was made later. An empty one still
 * proves that the text had come to its beginning.
 */
async function findSegments(fs: HistoryFs, dir: string): Promise<Segment[] | null> {
  let names: string[];
  try {
    names = await fs.list(dir);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  const segments: Segment[] = [];
  for (const name of names) {
    const start = segmentStart(name);
    if (start === null) continue;
    segments.push({ start, size: await fs.size(join(dir, name)) });
  }
  segments.sort((a, b) => a.start - b.start);
  return segments.map(({ start, size }, index) => {
    const room = (segments[index + 1]?.start ?? Number.POSITIVE_INFINITY) - start;
    return { start, size: Math.min(size, room) };
  });
}

function endOf(segments: Segment[]): number {
  const last = segments.at(-1);
  return last ? last.start + last.size : 0;
}

/** If it fails the bytes stay and are overwritten, or cut off the next time. */
async function cut(path: string, work: () => Promise<void>, log: Log): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.warn({ path, error: String(error) }, 'the end of a console history file could not be cut off');
  }
}

/** Bytes cut off. */
async function cutPartialCharacter(
  fs: HistoryFs,
  segments: HistorySegments,
  end: number,
  log: Log,
): Promise<number> {
  const { last } = segments;
  if (!last || last.start + last.size < end) return 0;
  const path = segments.path(last);
  const file = await fs.open(path, 'r');
  let partial: number;
  try {
    const tail = Buffer.alloc(Math.min(4, last.size));
    const text = tail.subarray(0, await readFully(file, tail, last.size - tail.length));
    partial = text.length - wholeLength(text);
  } finally {
    await file.close();
  }
  if (partial === 0) return 0;
  const size = last.size - partial;
  segments.resize(last, size);
  await cut(path, () => fs.truncate(path, size), log);
  return partial;
}
