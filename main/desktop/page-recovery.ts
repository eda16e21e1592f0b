import type { WebContents } from 'electron';
import type { Log } from '../lib/log.ts';

/** What recovery needs of the window's page. */
export interface PageLike {
  /** Its process has ended; `reason` is Electron's word for why. */
  onGone(listener: (reason: string, exitCode: number) => void): void;
  /** It takes no clicks, and takes them again. */
  onStuck(listener: () => void): void;
  onResponsive(listener: () => void): void;
  reload(): void;
  /** Ends its process, of which `onGone` then tells. */
  kill(): void;
}

export interface RecoveryOptions {
  page: PageLike;
  /** The page died again soon after it had come back. */
  askDied: () => Promise<'reload' | 'quit'>;
  /** The page doesn't answer; the question is taken back by the signal if it does after all. */
  askStuck: (signal: AbortSignal) => Promise<'wait' | 'reload' | 'quit'>;
  quit: () => void;
  log: Log;
  /** Milliseconds of a clock that nobody sets back. */
  now?: () => number;
}

/** A page that dies twice within this time, in ms, has a reason to: it isn't loaded over and over without a question. */
export const diesAgainMs = 60_000;

/**
 * Brings a dead page back: once by itself, then by asking, since the window would stay white for ever. Nothing is lost by it:
 * the page is a client, and all that it shows is the host's.
 */
export function recoverPage({ page, askDied, askStuck, quit, log, now }: RecoveryOptions): void {
  const clock = now ?? (() => performance.now());
  let diedAt = Number.NEGATIVE_INFINITY;
  let isKilledByUs = false;
  let question: AbortController | null = null;

  page.onGone((reason, exitCode) => {
    question?.abort();
    if (isKilledByUs) {
      isKilledByUs = false;
      page.reload();
      return;
    }
    const isAgain = clock() - diedAt < diesAgainMs;
    diedAt = clock();
    log.error({ reason, exitCode, isAgain }, 'the window’s page died');
    if (!isAgain) {
      page.reload();
      return;
    }
    void askDied().then((answer) => {
      if (answer === 'quit') quit();
      else page.reload();
    });
  });
  page.onStuck(() => {
    if (question) return;
    log.warn({}, 'the window’s page does not answer');
    const asked = new AbortController();
    question = asked;
    void askStuck(asked.signal).then((answer) => {
      if (question === asked) question = null;
      if (asked.signal.aborted || answer === 'wait') return;
      if (answer === 'quit') {
        quit();
        return;
      }
      isKilledByUs = true;
      page.kill();
    });
  });
  page.onResponsive(() => question?.abort());
}

/** Electron's own page as `recoverPage` wants it. */
export function electronPage(contents: WebContents): PageLike {
  const unlessClosed = (work: () => void) => (): void => {
    if (!contents.isDestroyed()) work();
  };
  return {
    onGone: (listener) =>
      void contents.on('render-process-gone', (_event, { reason, exitCode }) => listener(reason, exitCode)),
    onStuck: (listener) => void contents.on('unresponsive', listener),
    onResponsive: (listener) => void contents.on('responsive', listener),
    reload: unlessClosed(() => contents.reload()),
    kill: unlessClosed(() => contents.forcefullyCrashRenderer()),
  };
}
