import type { ConsoleBatch } from '../console/console-output.ts';
import type { ReadConsole } from './contract.ts';

/** So much of a console is read again after a restart of the host, in bytes. */
const mostBehind = 8 * 1024 * 1024;

export interface ConsoleFollowerOptions {
  read: ReadConsole;
  /** Text in its order, all of it once. */
  onText: (text: Buffer) => void;
  /** Some was left out; what comes after it follows. */
  onMissed: () => void;
}

/** Reads a console from some offset on without a gap: live text as it comes, and from the history what came before it. */
export class ConsoleFollower {
  private readonly options: ConsoleFollowerOptions;
  private offset: number | null = null;
  private told = 0;
  private isReading = false;
  private isClosed = false;

  constructor(options: ConsoleFollowerOptions) {
    this.options = options;
  }

  /** Up to where it was read; null: nothing yet. */
  get readTo(): number | null {
    return this.offset;
  }

  /** As a host before this one read it: what has been printed since then is read, too. */
  goOnFrom(offset: number): void {
    this.offset = offset;
    void this.readBehind();
  }

  push({ from, to, pieces }: ConsoleBatch): void {
    this.told = to;
    this.offset ??= from;
    if (this.isReading) return;
    if (this.offset === from) {
      for (const piece of pieces) this.options.onText(piece);
      this.offset = to;
    } else void this.readBehind();
  }

  close(): void {
    this.isClosed = true;
  }

  private async readBehind(): Promise<void> {
    this.isReading = true;
    try {
      for (let read = 0; this.offset !== null; ) {
        const { data, from, to } = await this.options.read(this.offset);
        if (this.isClosed) return;
        read += to - this.offset;
        if (from > this.offset || read > mostBehind) throw new Error('some is missing');
        this.offset = to;
        if (data !== '') this.options.onText(Buffer.from(data));
        if (this.offset >= this.told) return;
        if (data === '') throw new Error('nothing was read');
      }
    } catch {
      if (this.isClosed) return;
      this.offset = Math.max(this.offset ?? 0, this.told);
      this.options.onMissed();
    } finally {
      this.isReading = false;
    }
  }
}
