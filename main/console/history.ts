import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { Log } from '../lib/log.ts';
import type { ConsoleHistory, Consumed, LogAnchor } from './contract.ts';
import { HistoryFiles } from './history-files.ts';
import { diskFs, type HistoryFs } from './history-fs.ts';
import { HistoryJournal } from './history-journal.ts';
import { HistoryMemory } from './history-memory.ts';
import { HistoryReader } from './history-reader.ts';
import { recoverHistory } from './history-recovery.ts';
import type { HistorySegments } from './history-segments.ts';
import { HistoryWriter } from './history-writer.ts';

const MiB = 1024 * 1024;
const newline = 0x0a;

export interface HistoryOptions {
  /** The folder, this history's alone; made with the first text. Files that aren't ours are left alone. */
  dir: string;
  /** Text kept on disk; the oldest is deleted, a segment at a time. The last segment always stays. */
  maxBytes?: number;
  /** A segment that has reached this size is closed; it is longer by up to one append. */
  segmentBytes?: number;
  log: Log;
  fs?: HistoryFs;
  /** A whole sentence for the user, once when saving begins to fail and once when it works again. */
  onTrouble?: (message: string) => void;
}

/**
 * Opens a server's console history (X1, X2), as it was left or as a crash left it: text that may not be complete together with
 * its counts is cut off, to be fetched again. Rejects with `internal` if the folder is there but can't be read.
 */
export async function openHistory(options: HistoryOptions): Promise<ConsoleHistory> {
  const { dir, log, fs = diskFs } = options;
  try {
    const { segments, base, last, damage } = await recoverHistory(fs, dir, log);
    const memory = new HistoryMemory(last);
    const journal = new HistoryJournal({ fs, dir, base, last });
    const { maxBytes = 64 * MiB, segmentBytes = 4 * MiB, onTrouble = () => {} } = options;
    if (damage !== null) onTrouble(damage);
    const files = new HistoryFiles({ fs, dir, segments, journal, maxBytes, segmentBytes, log });
    const writer = new HistoryWriter({ dir, memory, files, onTrouble });
    return new DiskHistory({ segments, memory, writer, reader: new HistoryReader({ fs, segments, memory }) });
  } catch (error) {
    const reason = errorText(error);
    const message = `The console history in ${dir} can't be read (${reason}); check the folder and its permissions`;
    throw new LightdeckError('internal', message, { cause: error });
  }
}

interface Parts {
  segments: HistorySegments;
  memory: HistoryMemory;
  writer: HistoryWriter;
  reader: HistoryReader;
}

class DiskHistory implements ConsoleHistory {
  private readonly parts: Parts;
  private readonly memory: HistoryMemory;
  private readonly writer: HistoryWriter;
  private closing: Promise<void> | null = null;

  constructor(parts: Parts) {
    this.parts = parts;
    this.memory = parts.memory;
    this.writer = parts.writer;
  }

  get from(): number {
    const { segments, memory } = this.parts;
    return Math.min(segments.first?.start ?? memory.start, memory.start);
  }

  get end(): number {
    return this.memory.end;
  }

  get consumed(): Consumed {
    return this.memory.consumed;
  }

  get anchor(): LogAnchor | null {
    return this.memory.anchor;
  }

  append(text: Buffer, consumed: Consumed): number {
    const at = this.memory.end;
    if (this.closing) return at;
    if (text.length === 0) {
      this.mark(consumed, null);
      return at;
    }
    this.memory.push(text, consumed);
    this.writer.textCame(text[text.length - 1] === newline);
    return at;
  }

  mark(consumed: Consumed, anchor: LogAnchor | null): void {
    if (!this.closing && this.memory.mark(consumed, anchor)) this.writer.marked();
  }

  read(from: number, max: number): Promise<{ from: number; data: Buffer }> {
    return this.parts.reader.read(from, max);
  }

  lastLines(
    lines: number,
    options: { before?: number | undefined; maxBytes?: number } = {},
  ): Promise<{ from: number; to: number; data: Buffer }> {
    const { before = this.memory.end, maxBytes = 4 * MiB } = options;
    return this.parts.reader.lastLines(lines, before, maxBytes);
  }

  async tail(max: number): Promise<Buffer> {
    const { data } = await this.parts.reader.lastLines(Number.POSITIVE_INFINITY, this.memory.end, max);
    return data;
  }

  /** Rejects if the attempt to save fails; what waits is kept and tried again (see `onTrouble`). */
  flush(): Promise<void> {
    return this.closing ?? this.writer.flush();
  }

  close(): Promise<void> {
    this.closing ??= this.writer.close();
    return this.closing;
  }
}
