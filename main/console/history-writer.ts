import { errorText } from '../../shared/error-text.ts';
import type { HistoryFiles } from './history-files.ts';
import type { HistoryMemory } from './history-memory.ts';

/**
 * Whole lines are gathered for this long before they are written, in ms: two writes cost as much for one line as for a thousand.
 * What a kill takes away with it is in the engine's log still, and is read from there by count. Not so an unfinished
 * line, which the engine doesn't log: when nothing has followed it for a moment it is written.
 */
const gatherMs = 1000;
const unfinishedMs = 20;
/** So much waiting text is not gathered any longer, in bytes. */
const gatherBytes = 1024 * 1024;
const retryMs = 1000;
/** Handles are closed after so long without a write, in ms. */
const idleMs = 10_000;
/** Text that may wait while the disk is slow, and while writing fails, in bytes; beyond that the oldest is lost. */
const maxWaiting = 32 * 1024 * 1024;
const maxWaitingInOutage = 8 * 1024 * 1024;

export interface HistoryWriterOptions {
  dir: string;
  memory: HistoryMemory;
  files: Pick<
    HistoryFiles,
    'roomAt' | 'writeText' | 'writeRecord' | 'trim' | 'release' | 'datasync' | 'isHolding'
  >;
  /** Told once when writing begins to fail, or text is lost to a slow disk, and once when it works again. */
  onTrouble: (message: string) => void;
}

interface Waiter {
  end: number;
  version: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Brings the memory's text to the files, behind its back: one write for all that waits, then one line of the journal. While
 * nothing is written there is no timer and, after a while, no open file.
 */
export class HistoryWriter {
  private readonly options: HistoryWriterOptions;
  private timer: NodeJS.Timeout | null = null;
  private dueAt = 0;
  /** When what is gathered now is written at the latest. */
  private gatherUntil = 0;
  /** When the newest text came, if it is the beginning of a line. */
  private unfinishedAt = 0;
  private idle: NodeJS.Timeout | null = null;
  /** The run under way; never rejects. */
  private running: Promise<void> | null = null;
  /** Counts marks; the journal has all up to `recorded`, and the text up to `recordedEnd`. */
  private version = 0;
  private recorded = 0;
  private recordedEnd: number;
  private failing = false;
  /** Text came faster than a slow disk took it, and some is lost. */
  private overrun = false;
  private lost = 0;
  private closed = false;
  /** The newest text is the beginning of a line. */
  private isUnfinished = false;
  private waiters: Waiter[] = [];

  constructor(options: HistoryWriterOptions) {
    this.options = options;
    this.recordedEnd = options.memory.end;
  }

  /** Text was appended; `isLineEnd`: it ends a line. Cheap if a write is already on its way. */
  textCame(isLineEnd: boolean): void {
    const { waiting } = this.options.memory;
    this.isUnfinished = !isLineEnd;
    if (!isLineEnd) this.unfinishedAt = performance.now();
    if (waiting > (this.failing ? maxWaitingInOutage : maxWaiting)) this.shed();
    if (this.running) return;
    if (this.timer !== null && waiting >= gatherBytes && !this.failing) this.run();
    else this.schedule();
  }

  marked(): void {
    this.version += 1;
    this.schedule();
  }

  /** Resolves when all up to now is with the operating system; rejects if the attempt to bring it there fails. */
  flush(): Promise<void> {
    const { end } = this.options.memory;
    if (!this.isUnsaved()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.waiters.push({ end, version: this.version, resolve, reject });
      this.run();
    });
  }

  /** Writes what waits (one attempt), brings it to the disk, closes the files. Never rejects. */
  async close(): Promise<void> {
    const { files, dir, onTrouble } = this.options;
    this.closed = true;
    await this.running;
    try {
      await this.flush();
      await files.datasync();
    } catch (error) {
      onTrouble(`The last console text of ${dir} could not be saved (${errorText(error)})`);
    }
    this.clearTimers();
    await files.release();
  }

  private isUnsaved(): boolean {
    return this.recordedEnd < this.options.memory.end || this.recorded < this.version;
  }

  private schedule(): void {
    if (this.running || this.closed) return;
    const wait = this.failing ? retryMs : this.isUnfinished ? unfinishedMs : gatherMs;
    if (this.timer && (wait !== unfinishedMs || this.dueAt - performance.now() <= wait)) return;
    if (!this.timer) this.gatherUntil = performance.now() + gatherMs;
    this.arm(wait);
  }

  private arm(wait: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.dueAt = performance.now() + wait;
    this.timer = setTimeout(() => this.due(), wait);
    // An outage must not keep the program from ending; text that is about to be written must.
    if (this.failing) this.timer.unref();
  }

  /** Writes, unless the line has ended or grown meanwhile: chunks of a busy program end anywhere. */
  private due(): void {
    const now = performance.now();
    const left = this.gatherUntil - now;
    const wait = this.isUnfinished ? Math.min(left, this.unfinishedAt + unfinishedMs - now) : left;
    if (wait >= 1 && !this.failing) this.arm(wait);
    else this.run();
  }

  private run(): void {
    if (this.running) return;
    this.clearTimers();
    this.running = this.write().finally(() => {
      this.running = null;
      this.goOn();
    });
  }

  private async write(): Promise<void> {
    try {
      do await this.cycle();
      while (this.options.memory.waiting >= gatherBytes || this.waiters.length > 0);
    } catch (error) {
      await this.failed(error);
    }
  }

  private async cycle(): Promise<void> {
    const { memory, files } = this.options;
    const batch = memory.batch(files.roomAt(memory.unwritten));
    let version = batch && batch.end < memory.end ? this.recorded : this.version;
    let record = batch?.record;
    if (batch) {
      await files.writeText(batch);
      memory.written(batch.end);
    }
    if (!record || memory.waiting === 0) {
      // A mark that came during the write belongs to text that is written now.
      record = memory.record();
      ({ version } = this);
    }
    await files.writeRecord(record);
    this.recorded = version;
    this.recordedEnd = record.end;
    this.worksAgain();
    await files.trim();
    this.settle();
  }

  private settle(): void {
    const isDone = ({ end, version }: Waiter): boolean => end <= this.recordedEnd && version <= this.recorded;
    for (const waiter of this.waiters) if (isDone(waiter)) waiter.resolve();
    this.waiters = this.waiters.filter((waiter) => !isDone(waiter));
  }

  private async failed(error: unknown): Promise<void> {
    const { dir, files, onTrouble } = this.options;
    const isNew = !this.failing;
    this.failing = true;
    // A handle to a disk that went away never works again; a fresh one may.
    await files.release();
    if (isNew && !this.closed) {
      const kept = maxWaitingInOutage / 1024 / 1024;
      onTrouble(
        `The console text in ${dir} can't be saved (${errorText(error)}). The newest ${kept} MiB are kept and saved as soon as it works again; free disk space or check the folder`,
      );
    }
    for (const waiter of this.waiters.splice(0)) waiter.reject(error);
  }

  private worksAgain(): void {
    if (!this.failing && !this.overrun) return;
    this.failing = false;
    this.overrun = false;
    const { lost } = this;
    this.lost = 0;
    const rest = lost > 0 ? `; ${lost} bytes of it were lost meanwhile` : ', nothing was lost';
    this.options.onTrouble(`The console text in ${this.options.dir} is being saved again${rest}`);
  }

  private shed(): void {
    const { memory, dir, onTrouble } = this.options;
    this.lost += memory.drop(this.failing ? maxWaitingInOutage : maxWaiting);
    if (this.failing || this.overrun) return;
    this.overrun = true;
    onTrouble(
      `The disk takes the console text in ${dir} too slowly; the oldest text that waits is being lost`,
    );
  }

  private goOn(): void {
    if (this.waiters.length > 0) this.run();
    else if (this.isUnsaved()) this.schedule();
    else this.rest();
  }

  /** Nothing to do: after a while the handles go too. */
  private rest(): void {
    if (this.closed || !this.options.files.isHolding) return;
    this.idle = setTimeout(() => {
      this.idle = null;
      if (!this.running) this.running = this.options.files.release().finally(() => this.released());
    }, idleMs);
    this.idle.unref();
  }

  private released(): void {
    this.running = null;
    this.goOn();
  }

  private clearTimers(): void {
    if (this.timer) clearTimeout(this.timer);
    if (this.idle) clearTimeout(this.idle);
    this.timer = null;
    this.idle = null;
  }
}
