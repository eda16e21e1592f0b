import { signalOfCode } from './exit-reason.ts';

/** How long after a signal an end is believed to come of it, in ms: of one that it can be seen in, and of any other. */
const seenMs = 10 * 60_000;
const gracefulMs = 120_000;
const unseenMs = 10_000;

/** Signals that ask a program to end; SIGHUP only by what it is known for, a program that reads its settings again goes on. */
const stopping: ReadonlySet<string> = new Set(['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGQUIT']);

/**
 * Whose signals a run got. The engine tells each one that goes through it, ours too, so what we send is announced here
 * first: what the engine tells beyond that is somebody else's. Times are Unix milliseconds of the engine's clock.
 */
export class SignalLog {
  private readonly own: string[] = [];
  private readonly sent = new Set<string>();
  private last: { name: string; at: number } | null = null;

  /** We are about to send it. Returns what to call if it was not sent after all. */
  sending(name: string): () => void {
    this.own.push(name);
    this.sent.add(name);
    return () => {
      if (this.take(name)) this.sent.delete(name);
    };
  }

  /** The engine tells of a signal. */
  told(name: string, at: number): void {
    if (!this.take(name) && (stopping.has(name) || name === 'SIGHUP')) this.last = { name, at };
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
    if (signalOfCode(code) === name) return after <= seenMs ? name : null;
    if (code === 0) return after <= (stopping.has(name) ? gracefulMs : unseenMs) ? name : null;
    return stopping.has(name) && after <= unseenMs ? name : null;
  }

  private take(name: string): boolean {
    const index = this.own.indexOf(name);
    if (index < 0) return false;
    this.own.splice(index, 1);
    return true;
  }
}
