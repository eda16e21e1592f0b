import type { LogPiece } from '../../shared/http/console.ts';
import type { ConsoleModel, ConsolePiece } from './console-model.ts';

export interface HistoryQuery {
  lines: string;
  before?: string;
  after?: string;
}

const linesAtOnce = 5000;
/** Lines that are loaded before and after a place that is to be seen. */
const linesAround = 2000;

/**
 * Brings text of the history into a console's model, wherever it lies. One load at a time: asking while one is under way
 * gives that one's result. Rejects with what `read` rejects with.
 */
export class ConsoleHistory {
  private readonly model: ConsoleModel;
  private readonly read: (query: HistoryQuery, signal: AbortSignal) => Promise<LogPiece>;
  private readonly end = new AbortController();
  private current: Promise<boolean> | null = null;
  /** Before this offset the host has nothing (any more). */
  private oldest = 0;

  constructor(model: ConsoleModel, read: (query: HistoryQuery, signal: AbortSignal) => Promise<LogPiece>) {
    this.model = model;
    this.read = read;
  }

  get isAtStart(): boolean {
    const { from } = this.model;
    return from === null || from <= this.oldest;
  }

  /** What comes before the oldest text that is here. False if there is none. */
  loadOlder(): Promise<boolean> {
    return this.one(async () => {
      const { from } = this.model;
      if (from === null || this.isAtStart) return false;
      const got = await this.ask({ before: String(from) });
      if (got.to > got.from) {
        this.model.insert(got);
        return true;
      }
      this.oldest = from;
      return false;
    });
  }

  /** What follows the newest text that is here, while the model is detached. False if there is none. */
  loadNewer(): Promise<boolean> {
    return this.one(async () => {
      const { to, isDetached } = this.model;
      if (to === null || !isDetached) return false;
      const got = await this.ask({ after: String(to) });
      this.model.insert(got);
      return got.to > got.from;
    });
  }

  /** The end of a hole, or all of it if that isn't much. */
  fill(hole: { from: number; to: number }): Promise<boolean> {
    return this.one(async () => {
      const got = await this.ask({ before: String(hole.to) });
      this.model.insert(got);
      return got.to > got.from;
    });
  }

  /** Makes sure that the line that begins at an offset, and what is around it, is here; what was here may go. */
  async show(offset: number): Promise<void> {
    if (this.model.has(offset)) return;
    await this.current?.catch(() => {});
    await this.one(async () => {
      const before = await this.ask({ before: String(offset) }, linesAround);
      const from = await this.ask({ after: String(offset) }, linesAround);
      if (before.to === before.from) this.oldest = from.from;
      this.model.show(before.to > before.from ? before : from);
      this.model.insert(from);
      return true;
    });
  }

  /** The oldest text that the host has. */
  async showStart(): Promise<void> {
    await this.current?.catch(() => {});
    await this.one(async () => {
      const got = await this.ask({ after: '0' });
      this.oldest = got.from;
      this.model.show(got);
      return true;
    });
  }

  close(): void {
    this.end.abort();
  }

  private one(load: () => Promise<boolean>): Promise<boolean> {
    this.current ??= load().finally(() => {
      this.current = null;
    });
    return this.current;
  }

  private async ask(
    where: { before: string } | { after: string },
    lines = linesAtOnce,
  ): Promise<ConsolePiece> {
    const { data, from, to } = await this.read({ lines: String(lines), ...where }, this.end.signal);
    return { from, to, text: data };
  }
}
