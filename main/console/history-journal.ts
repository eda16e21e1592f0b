import { join } from 'node:path';
import { z } from 'zod';
import { hasCode } from '../lib/system-error.ts';
import type { Consumed, LogAnchor } from './contract.ts';
import { type HistoryFile, type HistoryFs, readFully, writeAll } from './history-fs.ts';

/** With the text up to `end`, this much of the container's output is in the history. */
export interface HistoryRecord extends Consumed {
  end: number;
  anchor: LogAnchor | null;
}

export const emptyRecord: HistoryRecord = { end: 0, container: null, stdout: 0, stderr: 0, anchor: null };

const count = z.int().nonnegative();
const head = [count, z.string().max(1024).nullable(), count, count] as const;
const lineSchema = z.union([z.tuple([...head]), z.tuple([...head, z.string().max(64), count, count])]);

/** `[end, container, stdout, stderr]`, and where there is an anchor its time, stdout and stderr. */
export function formatRecord(record: HistoryRecord): string {
  const { end, container, stdout, stderr, anchor } = record;
  const fields = [end, container, stdout, stderr];
  return `${JSON.stringify(anchor ? [...fields, anchor.time, anchor.stdout, anchor.stderr] : fields)}\n`;
}

/** Null for a line that is torn, or was never one of ours. */
export function parseRecord(line: string): HistoryRecord | null {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = lineSchema.safeParse(raw);
  if (!parsed.success) return null;
  const [end, container, stdout, stderr, time, anchorStdout = 0, anchorStderr = 0] = parsed.data;
  const anchor = time === undefined ? null : { time, stdout: anchorStdout, stderr: anchorStderr };
  return { end, container, stdout, stderr, anchor };
}

/** The journal is written anew when it gets longer than this, in bytes. */
const maxJournal = 256 * 1024;
/** More than this much of a journal's end is never read. */
const maxRead = 2 * maxJournal;

const journalPath = (dir: string): string => join(dir, 'journal');

/** All records that can be read, oldest first; none if there is no journal. */
export async function readJournal(fs: HistoryFs, dir: string): Promise<HistoryRecord[]> {
  let file: HistoryFile;
  let size: number;
  try {
    size = await fs.size(journalPath(dir));
    file = await fs.open(journalPath(dir), 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
  try {
    const buffer = Buffer.alloc(Math.min(size, maxRead));
    const got = await readFully(file, buffer, size - buffer.length);
    const text = buffer.toString('utf8', 0, got);
    // A line without its newline is torn, even where it happens to read well.
    const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
    return lines.map(parseRecord).filter((record) => record !== null);
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
