import { crc32 } from 'node:zlib';
import type { Log } from '../lib/log.ts';
import { hasCode } from '../lib/system-error.ts';
import { type HistoryFile, type HistoryFs, writeAll } from './history-fs.ts';
import type { HistoryJournal, HistoryRecord } from './history-journal.ts';
import type { Batch } from './history-memory.ts';
import type { HistorySegments, Segment } from './history-segments.ts';

export interface HistoryFilesOptions {
  fs: HistoryFs;
  dir: string;
  segments: HistorySegments;
  journal: HistoryJournal;
  maxBytes: number;
  segmentBytes: number;
  log: Log;
}

/**
 * The writing side of the folder: the segment that grows, the next one when it is full, and the deletion of the oldest. Holds
 * two handles at most (text and journal). Every call may reject as the file system does; calling it again is always safe.
 */
export class HistoryFiles {
  private readonly options: HistoryFilesOptions;
  private file: HistoryFile | null = null;
  private fileOf: Segment | null = null;
  /** What was written last, and its checksum. */
  private written: { from: number; end: number; sum: number } | null = null;

  constructor(options: HistoryFilesOptions) {
    this.options = options;
  }

  /** Whether any handle is open. */
  get isHolding(): boolean {
    return this.file !== null || this.options.journal.isHolding;
  }

  /** How many bytes the segment that ends at `at` still takes, or a new one, if none does. */
  roomAt(at: number): number {
    const { segmentBytes } = this.options;
    const growing = this.growingAt(at);
    return growing ? segmentBytes - growing.size : segmentBytes;
  }

  /** Writes text, without its record. */
  async writeText(batch: Batch): Promise<void> {
    await this.writeBatch(batch);
    const sum = batch.buffers.reduce((before, buffer) => crc32(buffer, before), 0);
    this.written = { from: batch.at, end: batch.end, sum };
  }

  private async writeBatch(batch: Batch): Promise<void> {
    const { segments, journal } = this.options;
    const growing = this.growingAt(batch.at);
    const open = growing && (await this.open(growing));
    if (growing && open) {
      await journal.prepare();
      await writeAll(open, batch.buffers, batch.at - growing.start);
      segments.resize(growing, batch.end - growing.start);
      return;
    }
    const segment = { start: batch.at, size: batch.end - batch.at };
    await writeAll(await this.begin(segment), batch.buffers, 0);
    segments.add(segment);
  }

  async writeRecord(record: HistoryRecord): Promise<void> {
    const { written } = this;
    const isOfText = written !== null && written.end === record.end;
    const text = isOfText ? { text: { from: written.from, sum: written.sum } } : {};
    await this.options.journal.append({ ...record, ...text });
  }

  /** Deletes whole segments, oldest first, until the rest is small enough; the last one always stays. */
  async trim(): Promise<void> {
    const { fs, segments, maxBytes, log } = this.options;
    while (segments.total > maxBytes && segments.count > 1 && segments.first) {
      const oldest = segments.first;
      segments.remove(oldest);
      try {
        await fs.unlink(segments.path(oldest));
      } catch (error) {
        // It will be found, and deleted, when the history is opened the next time.
        if (!hasCode(error, 'ENOENT'))
          log.warn(
            { path: segments.path(oldest), error: String(error) },
            'an old console history file could not be deleted',
          );
      }
    }
  }

  async datasync(): Promise<void> {
    await this.file?.datasync();
    await this.options.journal.datasync();
  }

  /** Closes both handles; they are opened again when needed. Never rejects. */
  async release(): Promise<void> {
    const { file } = this;
    const { journal, log, dir } = this.options;
    this.file = null;
    this.fileOf = null;
    for (const result of await Promise.allSettled([file?.close(), journal.close()])) {
      if (result.status === 'rejected')
        log.warn({ dir, error: String(result.reason) }, 'closing a console history file failed');
    }
  }

  private growingAt(at: number): Segment | null {
    const { segments, segmentBytes } = this.options;
    const { last } = segments;
    return last && last.start + last.size === at && last.size < segmentBytes ? last : null;
  }

  /** The segment's file, or null if somebody deleted it; then it is a hole. */
  private async open(segment: Segment): Promise<HistoryFile | null> {
    if (this.file && this.fileOf === segment) return this.file;
    await this.release();
    const { fs, segments } = this.options;
    try {
      this.file = await fs.open(segments.path(segment), 'r+');
      this.fileOf = segment;
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      segments.remove(segment);
    }
    return this.file;
  }

  /** A new, empty file, after the one before it has reached the disk. */
  private async begin(segment: Segment): Promise<HistoryFile> {
    const { fs, segments, journal } = this.options;
    const { last } = segments;
    if (last) await (await this.open(last))?.datasync();
    await this.release();
    await journal.beginSegment();
    const file = await fs.open(segments.path(segment), 'w');
    this.file = file;
    this.fileOf = segment;
    return file;
  }
}
