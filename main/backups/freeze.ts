import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { Freeze } from '../../shared/model/server.ts';
import { createReadyMatcher } from '../console/ready-matcher.ts';
import type { Log } from '../lib/log.ts';
import { pause } from '../lib/pause.ts';
import type { FreezeTable, Held } from './freeze-table.ts';

/** What of a server's console freezing needs. */
export interface FreezeConsole {
  /** The container of the run that goes on and takes commands; null: there is none, or nobody knows. */
  run(server: string): string | null;
  /** Null when it was taken, else why not. */
  send(server: string, text: string): string | null;
  /** Calls `onText` with what it prints from now on; ends with the disposer. */
  listen(server: string, onText: (text: Buffer) => void): () => void;
  /** Tells the server's viewers. */
  notify(server: string, text: string): void;
}

export interface FreezerOptions {
  console: FreezeConsole;
  table: FreezeTable;
  /** Aborted when the host ends. */
  signal: AbortSignal;
  log: Log;
}

/** How long it is waited between two times of `ask`, in ms. */
const askEveryMs = 1000;
/** How often, and how many milliseconds apart, it is tried to let a server go on whose console takes nothing. */
const maxTries = 60;
const tryEveryMs = 1000;

/**
 * Makes a running server's files hold still, and lets it go on. What lets it go on is on record before anything is sent: a host that was
 * killed in between sends it at its next start, if the same run still goes on.
 */
export class Freezer {
  private readonly options: FreezerOptions;
  /** What a host before this one left behind, and is not dealt with yet; null: not read yet. */
  private left: Held[] | null = null;

  constructor(options: FreezerOptions) {
    this.options = options;
  }

  /**
   * Runs `work` while the server's files hold still. Rejects as `work` does; or, without having called it, with LightdeckError
   * `conflict` when they don't, `disk_full` when what lets the server go on can't be written down. It goes on in any case.
   */
  async whileHeld<T>(
    server: string,
    freeze: Freeze,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> {
    const { console, table } = this.options;
    const container = console.run(server);
    if (container === null) return work();
    table.put({ server, container, after: freeze.after });
    try {
      await this.hold(server, freeze, signal);
      return await work();
    } finally {
      void this.letGo({ server, container, after: freeze.after });
    }
  }

  /**
   * Lets go what a host before this one held. To be called at the start, and whenever a server's state has become known: what
   * can't be told yet is left for the next time.
   */
  recover(isKnown: (server: string) => boolean): void {
    this.left ??= this.options.table.all();
    const known = this.left.filter(({ server }) => isKnown(server));
    this.left = this.left.filter((held) => !known.includes(held));
    for (const held of known) void this.letGo(held);
  }

  private async hold(server: string, freeze: Freeze, signal: AbortSignal): Promise<void> {
    const { console } = this.options;
    const { before, wait_for, ask, timeout } = freeze;
    const matcher = wait_for === null ? null : createReadyMatcher(wait_for);
    let seen = (): void => {};
    const line = new Promise<void>((resolve) => {
      seen = resolve;
    });
    const stopListening = console.listen(server, (text) => {
      if (matcher?.push(text)) seen();
    });
    try {
      for (const command of before) this.send(server, command);
      if (matcher) await this.waitFor(line, { server, ask, timeout, signal });
    } finally {
      stopListening();
    }
  }

  private async waitFor(
    line: Promise<void>,
    {
      server,
      ask,
      timeout,
      signal,
    }: { server: string; ask: string | null; timeout: number; signal: AbortSignal },
  ): Promise<void> {
    let asking: NodeJS.Timeout | undefined;
    let limit: NodeJS.Timeout | undefined;
    let onAbort = (): void => {};
    const end = new Promise<never>((_, reject) => {
      const words = `The server did not say within ${timeout} s that its world is saved. Its files are as they were; look at its console, or make the backup with the server stopped`;
      limit = setTimeout(() => reject(new LightdeckError('conflict', words)), timeout * 1000);
      onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      if (ask !== null)
        asking = setInterval(() => {
          try {
            this.send(server, ask);
          } catch (error) {
            reject(error);
          }
        }, askEveryMs);
    });
    try {
      signal.throwIfAborted();
      await Promise.race([line, end]);
    } finally {
      clearTimeout(limit);
      clearInterval(asking);
      signal.removeEventListener('abort', onAbort);
    }
  }

  private send(server: string, command: string): void {
    const refused = this.options.console.send(server, `${command}\n`);
    if (refused !== null)
      throw new LightdeckError('conflict', `The server's world could not be saved first: ${refused}`);
  }

  /** Sends what lets it go on, until it was taken or the run is over; then it is off the record. Never rejects. */
  private async letGo({ server, container, after }: Held): Promise<void> {
    const { console, table, log, signal } = this.options;
    const left = [...after];
    for (let tries = 1; console.run(server) === container && left.length > 0; tries += 1) {
      const refused = console.send(server, `${left[0]}\n`);
      if (refused === null) left.shift();
      else if (tries > maxTries) {
        log.warn({ server, refused }, 'a server could not be told that its files were read');
        console.notify(
          server,
          `Error: its files were read, but "${left[0]}" could not be sent (${refused}): type it yourself`,
        );
        break;
      } else {
        await pause(tryEveryMs, { signal });
        // The next host goes on with it.
        if (signal.aborted) return;
      }
    }
    try {
      table.remove(server);
    } catch (error) {
      // Sent twice it does no harm.
      log.warn({ server, error: errorText(error) }, 'it could not be written down that a server goes on');
    }
  }
}
