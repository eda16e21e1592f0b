import { errorText } from '../../shared/error-text.ts';
import type { Log } from './log.ts';
import { hasCode } from './system-error.ts';

/** sysexits.h's EX_SOFTWARE: an internal error after which going on would be a lie. A service manager starts the host anew. */
export const internalErrorExit = 70;

/** More failures than that within the window (in ms), and something goes round in circles. */
const maxFailures = 50;
const windowMs = 60_000;

export interface LastResortOptions {
  log: Log;
  /** Ends the process; the log has been written by then. `problem` is for people. Called once. */
  end: (problem: string) => void;
  /** Milliseconds of a clock that isn't set. */
  elapsed: () => number;
}

/**
 * What to do with an error that nobody has handled. It is a bug, and it is logged with its stack; one timer, promise or socket
 * event that failed doesn't end the host, since its servers, consoles and viewers have nothing to do with it. The host ends
 * where it can't know any more whether what it says is true: Node's own assertions or the store's file are broken, or
 * failures come in such numbers that some part never gets its work done.
 */
export class LastResort {
  private readonly options: LastResortOptions;
  private readonly times: number[] = [];
  private hasEnded = false;

  constructor(options: LastResortOptions) {
    this.options = options;
  }

  handle(thrown: unknown, origin: string): void {
    // Whoever read our output has gone: nothing is wrong with the host, and nobody is there to be told.
    if (hasCode(thrown, 'EPIPE') || this.hasEnded) return;
    const problem = this.whyEnd(thrown);
    try {
      const what = { err: thrown, origin };
      if (problem === null) this.options.log.error(what, 'a failure that nobody handled; the host goes on');
      else this.options.log.error(what, `a failure that nobody handled; the host ends: ${problem}`);
    } catch {
      // A log that can't be written must not keep the rest from happening.
    }
    if (problem === null) return;
    this.hasEnded = true;
    this.options.end(problem);
  }

  /** Listens to the process's own two events; returns the disposer. */
  watch(target: Pick<NodeJS.EventEmitter, 'on' | 'off'> = process): () => void {
    const onException = (error: unknown): void => this.handle(error, 'exception');
    const onRejection = (reason: unknown): void => this.handle(reason, 'promise');
    target.on('uncaughtException', onException);
    target.on('unhandledRejection', onRejection);
    return () => {
      target.off('uncaughtException', onException);
      target.off('unhandledRejection', onRejection);
    };
  }

  private whyEnd(thrown: unknown): string | null {
    const text = errorText(thrown);
    if (hasCode(thrown, 'ERR_INTERNAL_ASSERTION', 'ERR_ASSERTION'))
      return `an assertion does not hold: ${text}`;
    const cause = thrown instanceof Error ? thrown.cause : undefined;
    if ([thrown, cause].some((error) => hasCode(error, 'SQLITE_CORRUPT', 'SQLITE_NOTADB')))
      return `the database is damaged: ${text}`;
    const now = this.options.elapsed();
    this.times.push(now);
    while (now - (this.times[0] ?? now) > windowMs) this.times.shift();
    if (this.times.length <= maxFailures) return null;
    return `more than ${maxFailures} failures within a minute, the last: ${text}`;
  }
}
