import { signalOfCode } from './exit-reason.ts';

/** How long after a signal an end is believed to come of it, in ms: of one that it can be seen in, and of any other. */
const seenMs = 10 * 60_000;
const gracefulMs = 120_000;
const unseenMs = 10_000;

/** What stands for a signal whose name the engine doesn't tell, in words for people. */
export const unnamedSignal = 'a signal';

/** Signals that ask a program to end; SIGHUP only by what it is known for, a program that reads its settings again goes on. */
const stopping: ReadonlySet<string> = new Set(['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGQUIT']);

const mayStop = (name: string): boolean => stopping.has(name) || name === unnamedSignal;

/** Whether a program may end of this signal though nothing is wrong with it. */
export const isEnding = (name: string): boolean => stopping.has(name) || name === 'SIGHUP';

/**
 * Whose signals a run got. The engine tells each one that goes through it, ours too, so what we send is announced here
 * first: what the engine tells beyond that is somebody else's. Times are Unix milliseconds of the engine's clock.
 */
export class SignalLog {
  private readonly own: string[] = [];
  private readonly sent = new Set<string>();
  private last: { name: string; at: number } | null = null;
  private heard = false;

  /** Whether the engine told of a signal that wasn't ours. */
  get hasHeard(): boolean {
    return this.heard;
  }

  /** We are about to send it. Returns what to call if it was not sent after all. */
  sending(name: string): () => void {
    this.own.push(name);
    this.sent.add(name);
    return () => {
      if (this.take(name)) this.sent.delete(name);
    };
  }

  /** The engine tells of a signal; null: it doesn't tell which. */
  told(name: string | null, at: number): void {
    if (name === null ? this.own.shift() !== undefined : this.take(name)) return;
    this.heard = true;
    if (name === null || isEnding(name)) this.last = { name: name ?? unnamedSignal, at };
  }

  /** Whether we sent it ourselves. */
  hasSent(name: string): boolean {
    return this.sent.has(name);
  }

  /**
   * The outside signal that an end came of: a signal is a cause only of an end that looks like it. A game that was told
   * to read its settings again and crashes a week later has crashed. Null: none.
   */
  causeOf({ code, at }: { code: number | null; at: number }): string | null {
    if (this.last === null) return null;
    const { name, at: sentAt } = this.last;
    const after = at - sentAt;
    const seen = signalOfCode(code);
    if (seen === name) return after <= seenMs ? name : null;
    if (name === unnamedSignal && seen !== null && isEnding(seen)) return after <= seenMs ? seen : null;
    if (code === 0) return after <= (mayStop(name) ? gracefulMs : unseenMs) ? name : null;
    return mayStop(name) && after <= unseenMs ? name : null;
  }

  private take(name: string): boolean {
    const index = this.own.indexOf(name);
    if (index < 0) return false;
    this.own.splice(index, 1);
    return true;
  }
}
