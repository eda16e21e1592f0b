import { Emitter } from '../lib/emitter.ts';
import type { ConsoleHistory, Consumed } from './contract.ts';

/**
 * Text that has just become visible to all listeners: `pieces` (of whole UTF-8 characters) are exactly the history's bytes
 * `from`–`to`. Never changed afterwards, so that listeners may share what they make of it.
 */
export interface ConsoleBatch {
  readonly from: number;
  readonly to: number;
  readonly pieces: readonly Buffer[];
}

/** Longest wait of text under load, in ms (S8). */
const maxGatherMs = 16;
/** More than this is not gathered, whatever the load. */
const maxGatherBytes = 256 * 1024;

export interface ConsoleOutputOptions {
  history: ConsoleHistory;
  /** How many listen: what a flush costs. */
  audience: () => number;
  onError: (error: unknown) => void;
}

/**
 * The last steps of console text: into the history at once, and to the listeners gathered. What comes after silence goes
 * out in the same turn; under load a leaky bucket (0.2 ms a listener, 1 ms per 32 KiB, 16 ms at most) gathers.
 */
export class ConsoleOutput {
  readonly history: ConsoleHistory;
  private readonly options: ConsoleOutputOptions;
  private readonly batches: Emitter<ConsoleBatch>;
  private gathered: Buffer[] = [];
  private gatheredBytes = 0;
  private gatheredFrom: number;
  private notBefore = 0;
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

  /** Takes whole characters of normalised text, and how much of the container's output is thereby consumed. */
  append(text: Buffer, consumed: Consumed): void {
    if (text.length === 0) {
      this.history.mark(consumed, null);
      return;
    }
    this.gathered.push(text);
    this.gatheredBytes += text.length;
    const now = performance.now();
    if (now >= this.notBefore || this.gatheredBytes >= maxGatherBytes) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), Math.max(1, this.notBefore - now));
    // In the same turn, so nobody can see the difference; but the viewers have waited less.
    this.history.append(text, consumed);
  }

  /** Tells the listeners what is gathered, now. Called before every event, so that text and events keep their order. */
  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.gatheredBytes === 0) return;
    const pieces = this.gathered;
    const from = this.gatheredFrom;
    const to = from + this.gatheredBytes;
    const listeners = this.options.audience();
    this.gathered = [];
    this.gatheredBytes = 0;
    this.gatheredFrom = to;
    if (listeners > 0) this.batches.emit({ from, to, pieces });
    // The wait counts from the end of the sending, which under load takes most of the time.
    this.charge(listeners, to - from);
  }

  private charge(listeners: number, bytes: number): void {
    const now = performance.now();
    const cost = 0.2 * listeners + bytes / (32 * 1024);
    this.notBefore = Math.min(now + maxGatherMs, Math.max(now, this.notBefore) + cost);
  }

  close(): void {
    this.flush();
    this.batches.clear();
  }
}
