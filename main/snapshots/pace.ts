import { pause } from '../lib/pause.ts';
import type { SnapshotProgress, SnapshotRun } from './contract.ts';

/** Between two words on how far it is, in ms. */
const tellEveryMs = 250;

/** How fast a run may be, whether it is to go on, and who hears how far it is. */
export class Pace {
  readonly signal: AbortSignal;
  readonly now: SnapshotProgress;
  private readonly run: SnapshotRun;
  private readonly start = performance.now();
  private taken = 0;
  private told = 0;

  constructor(run: SnapshotRun, phase: SnapshotProgress['phase']) {
    this.run = run;
    this.signal = run.signal;
    this.now = { phase, files: 0, bytes: 0, total_bytes: null };
  }

  /** Waits until so many more bytes may be moved. Throws the signal's reason. */
  async take(bytes: number): Promise<void> {
    this.signal.throwIfAborted();
    const { rate } = this.run;
    if (rate === undefined) return;
    this.taken += bytes;
    const due = this.start + (this.taken / rate) * 1000;
    const wait = due - performance.now();
    if (wait > 5) await pause(wait, { signal: this.signal, keepsAlive: true });
    this.signal.throwIfAborted();
  }

  phase(phase: SnapshotProgress['phase'], total: number | null = null): void {
    Object.assign(this.now, { phase, files: 0, bytes: 0, total_bytes: total });
    this.tell(true);
  }

  count(files: number, bytes: number): void {
    this.now.files += files;
    this.now.bytes += bytes;
    this.tell(false);
  }

  private tell(always: boolean): void {
    const at = performance.now();
    if (!always && at - this.told < tellEveryMs) return;
    this.told = at;
    this.run.progress?.({ ...this.now });
  }
}
