import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { hasCode } from '../lib/system-error.ts';
import type { Consumed, LogAnchor } from './contract.ts';
import { type HistoryFile, type HistoryFs, readFully, writeAll } from './history-fs.ts';

/** With the text up to `end`, this much of the container's output is in the history. */
export interface HistoryRecord extends Consumed {
  end: number;
  anchor: LogAnchor | null;
  /** The text from `from` to `end`, which was written together: its checksum (CRC-32). Records of before it have none. */
  text?: { from: number; sum: number };
}

export const emptyRecord: HistoryRecord = { end: 0, container: null, stdout: 0, stderr: 0, anchor: null };

const count = z.int().nonnegative();
const head = [count, z.string().max(1024).nullable(), count, count] as const;
const anchored = [...head, z.string().max(64).nullable(), count, count] as const;
const lineSchema = z.union([
  z.tuple([...head]),
  z.tuple([...anchored]),
  z.tuple([...anchored, count, z.int().min(0).max(0xff_ff_ff_ff)]),
]);

/**
 * `[end, container, stdout, stderr]`, then its anchor's time, stdout and stderr (null, 0, 0 without one) where there is one or text, and
 * where the text was written together its beginning and checksum; behind all that the checksum of the line. All are CRC-32.
 */
export function formatRecord(record: HistoryRecord): string {
  const { end, container, stdout, stderr, anchor, text } = record;
  const fields: (string | number | null)[] = [end, container, stdout, stderr];
  if (anchor) fields.push(anchor.time, anchor.stdout, anchor.stderr);
  else if (text) fields.push(null, 0, 0);
  if (text) fields.push(text.from, text.sum);
  const line = JSON.stringify(fields);
  return `${line} ${checksum(line)}\n`;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** Null for a line that is torn or damaged, or was never one of ours. Without a checksum it is of a version before it. */
export function parseRecord(line: string): HistoryRecord | null {
  const [, fields = line, lineSum = null] = /^(.*) ([0-9a-f]{8})$/.exec(line) ?? [];
  if (lineSum !== null && lineSum !== checksum(fields)) return null;
  let raw: unknown;
  try {
    raw = JSON.parse(fields);
  } catch {
    return null;
  }
  const parsed = lineSchema.safeParse(raw);
  if (!parsed.success) return null;
  const [end, container, stdout, stderr, time = null, anchorStdout = 0, anchorStderr = 0, from, sum] =
    parsed.data;
  const anchor = time === null ? null : { time, stdout: anchorStdout, stderr: anchorStderr };
  const text = from === undefined || sum === undefined ? {} : { text: { from, sum } };
  return { end, container, stdout, stderr, anchor, ...text };
}

/** The journal is written anew when it gets longer than this, in bytes. */
const maxJournal = 256 * 1024;
/** More than this much of a journal's end is never read. */
const maxRead = 2 * maxJournal;

const journalPath = (dir: string): string => join(dir, 'journal');

export interface ReadJournal {
  /** All that can be read, oldest first; none if there is no journal. */
  records: HistoryRecord[];
  /** Whole lines that can't be read: what a crash leaves is torn, and not counted. */
  damaged: number;
  /** The newest whole line is one of them: nobody knows how far the text had come. */
  endsDamaged: boolean;
}

export async function readJournal(fs: HistoryFs, dir: string): Promise<ReadJournal> {
  let file: HistoryFile;
  let size: number;
  try {
    size = await fs.size(journalPath(dir));
    file = await fs.open(journalPath(dir), 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { records: [], damaged: 0, endsDamaged: false };
    throw error;
  }
  try {
    const buffer = Buffer.alloc(Math.min(size, maxRead));
    const got = await readFully(file, buffer, size - buffer.length);
    const text = buffer.toString('utf8', 0, got);
    // A line without its newline is torn, even where it happens to read well.
    const lines = text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .slice(0, -1);
    // Where only the end was read the first line may be cut.
    const isCut = size > buffer.length;
    const parsed = lines.map(parseRecord).slice(isCut ? 1 : 0);
    const records = parsed.filter((record) => record !== null);
    return { records, damaged: parsed.length - records.length, endsDamaged: parsed.at(-1) === null };
  } finally {
    await file.close();
  }
}

export interface HistoryJournalOptions {
  fs: HistoryFs;
  dir: string;
  /** A record that stays good if the last segment loses its end: the one from before that segment. */
  base: HistoryRecord;
  last: HistoryRecord;
}

/**
 * The journal beside the text, in the order: text, then its record. Before anything is written in a process the journal is
 * written anew, so that no record of text that was discarded can come to life again when the text has grown as long.
 */
export class HistoryJournal {
  private readonly options: HistoryJournalOptions;
  private base: HistoryRecord;
  private last: HistoryRecord;
  private file: HistoryFile | null = null;
  /** Bytes of the journal; null as long as it must be written anew. */
  private size: number | null = null;

  constructor(options: HistoryJournalOptions) {
    this.options = options;
    this.base = options.base;
    this.last = options.last;
  }

  get isHolding(): boolean {
    return this.file !== null;
  }

  /** To be called before text is written. */
  async prepare(): Promise<void> {
    if (this.size === null) await this.rewrite(this.base, this.last, false);
  }

  /** To be called before a new segment is made: the last record becomes the one that stays. */
  async beginSegment(): Promise<void> {
    await this.rewrite(this.last, this.last, true);
    this.base = this.last;
  }

  async append(record: HistoryRecord): Promise<void> {
    const line = Buffer.from(formatRecord(record));
    if (this.size === null || this.size + line.length > maxJournal || !(await this.isOpen())) {
      await this.rewrite(this.base, record, false);
    } else if (this.file) {
      await writeAll(this.file, [line], this.size);
      this.size += line.length;
    }
    this.last = record;
  }

  async datasync(): Promise<void> {
    await this.file?.datasync();
  }

  async close(): Promise<void> {
    const file = this.file;
    this.file = null;
    await file?.close();
  }

  private async isOpen(): Promise<boolean> {
    if (this.file) return true;
    try {
      this.file = await this.options.fs.open(journalPath(this.options.dir), 'r+');
      return true;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false;
      throw error;
    }
  }

  private async rewrite(base: HistoryRecord, last: HistoryRecord, durable: boolean): Promise<void> {
    const { fs, dir } = this.options;
    this.size = null;
    await this.close();
    const temporary = join(dir, 'journal.tmp');
    const lines = Buffer.from(base === last ? formatRecord(last) : formatRecord(base) + formatRecord(last));
    await fs.mkdir(dir);
    const file = await fs.open(temporary, 'w');
    try {
      await writeAll(file, [lines], 0);
      if (durable) await file.datasync();
    } finally {
      await file.close();
    }
    await fs.rename(temporary, journalPath(dir));
    this.size = lines.length;
  }
}
