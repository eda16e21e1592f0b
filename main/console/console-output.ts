import { BlockPool } from '../lib/block-pool.ts';
import { Emitter } from '../lib/emitter.ts';
import type { ConsoleHistory, Consumed } from './contract.ts';

/**
 * Text that has just become visible to all listeners: `pieces` (of whole UTF-8 characters) are exactly the history's bytes
 * `from`–`to`. They are good during the call only: their memory is used again.
 */
export interface ConsoleBatch {
  readonly from: number;
  readonly to: number;
  readonly pieces: readonly Buffer[];
}

/** Longest wait of text under load, in ms (S8). */
const maxGatherMs = 16;
/** So much is not gathered any longer, whatever the load, in bytes: for a few listeners, and for a crowd. */
const enoughForFew = 32 * 1024;
const enoughForMany = 256 * 1024;
/** For text that has to wait; of all outputs together, 512 KiB at rest. */
const pool = new BlockPool({ blockSize: 64 * 1024, most: 8 });
/**
 * What a flush may cost before the next one has to wait, in ms of the leaky bucket. A few listeners cost next to nothing; a crowd
 * is worth some waiting, since each flush costs as much for one line as for many.
 */
const fewListeners = 8;
const costOfFew = 0.02;
const costOfMany = 0.2;
const bytesPerMs = 32 * 1024;
/**
 * What may be in the bucket before anything waits, in ms: no timer is shorter, so the lines of a small burst would wait longer than the
 * sending of all of them takes.
 */
const freeMs = 1;

export interface ConsoleOutputOptions {
  history: ConsoleHistory;
  /** How many listen: what a flush costs. */
  audience: () => number;
  onError: (error: unknown) => void;
}

/**
 * The last steps of console text: into the history at once, and to the listeners gathered. What came in one read goes out together
 * at its end, or where nobody tells that, at the end of the same turn; under load a leaky bucket (0.02 ms for each of the first 8 listeners, 0.2 ms for
 * each further one, 1 ms per 32 KiB, 16 ms at most) gathers what comes in several.
 */
export class ConsoleOutput {
  readonly history: ConsoleHistory;
  private readonly options: ConsoleOutputOptions;
  private readonly batches: Emitter<ConsoleBatch>;
  private gathered: Buffer[] = [];
  private gatheredBytes = 0;
  private gatheredFrom: number;
  /** Holds what is gathered for longer than a turn, up to `used`. */
  private block: Buffer | null = null;
  private used = 0;
  private notBefore = 0;
  private isDue = false;
  /** What comes now came in one read, whose end will be told. */
  private isReading = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(options: ConsoleOutputOptions) {
    this.options = options;
    this.history = options.history;
    this.gatheredFrom = options.history.end;
    this.batches = new Emitter(options.onError);
  }

  /** Offset up to which listeners have been told everything. */
  get told(): number {
    return this.gatheredFrom;
  }

  onBatch(listener: (batch: ConsoleBatch) => void): () => void {
    return this.batches.on(listener);
  }

  /**
   * Takes whole characters of normalised text, and how much of the container's output is thereby consumed. `text` is copied if
   * it is needed for longer than this turn.
   */
  append(text: Buffer, consumed: Consumed): void {
    if (text.length === 0) {
      this.history.mark(consumed, null);
      return;
    }
    this.history.append(text, consumed);
    this.gatheredBytes += text.length;
    const isFew = this.options.audience() <= fewListeners;
    if (this.gatheredBytes >= (isFew ? enoughForFew : enoughForMany)) {
      this.gathered.push(text);
      this.flush();
      return;
    }
    this.schedule();
    this.gathered.push(this.isDue ? text : this.keep(text));
  }

  /** What is appended from now on came in one read, until `endRead`. */
  beginRead(): void {
    this.isReading = true;
  }

  /** Sends what came in it, unless it has to wait. */
  endRead(): void {
    this.isReading = false;
    if (this.isDue) this.flush();
  }

  private keep(text: Buffer): Buffer {
    this.block ??= pool.take();
    const from = this.used;
    if (from + text.length > this.block.length) return Buffer.from(text);
    this.block.set(text, from);
    this.used += text.length;
    return this.block.subarray(from, this.used);
  }

  private schedule(): void {
    if (this.isDue || this.timer) return;
    const wait = this.notBefore - performance.now();
    if (wait > freeMs) {
      this.timer = setTimeout(() => this.flush(), Math.max(1, wait));
      return;
    }
    this.isDue = true;
    if (this.isReading) return;
    process.nextTick(() => {
      if (this.isDue) this.flush();
    });
  }

  /** Tells the listeners what is gathered, now. Called before every event, so that text and events keep their order. */
  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.isDue = false;
    if (this.gatheredBytes === 0) return;
    const pieces = this.gathered;
    const from = this.gatheredFrom;
    const to = from + this.gatheredBytes;
    const listeners = this.options.audience();
    this.gathered = [];
    this.gatheredBytes = 0;
    this.gatheredFrom = to;
    if (listeners > 0) this.batches.emit({ from, to, pieces });
    if (this.block) pool.give(this.block);
    this.block = null;
    this.used = 0;
    // The wait counts from the end of the sending, which under load takes most of the time.
    this.charge(listeners, to - from);
  }

  private charge(listeners: number, bytes: number): void {
    const now = performance.now();
    const few = Math.min(listeners, fewListeners);
    const cost = costOfFew * few + costOfMany * (listeners - few) + bytes / bytesPerMs;
    this.notBefore = Math.min(now + maxGatherMs, Math.max(now, this.notBefore) + cost);
  }

  close(): void {
    this.flush();
    this.batches.clear();
  }
}
