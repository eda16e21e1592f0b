import { errorText } from '../../../shared/error-text.ts';
import type { EngineMonitor } from '../../docker/contract.ts';
import { Backoff } from '../../lib/backoff.ts';
import type { Log } from '../../lib/log.ts';
import type { Scope } from '../../lib/scope.ts';
import type { ContainerRun } from './run.ts';

export interface ConsoleLinkOptions {
  serverId: string;
  monitor: EngineMonitor;
  scope: Scope;
  log: Log;
  /** The run whose console this is about; null once it is over. */
  current: () => ContainerRun | null;
  /** Its container does not run any more. */
  onEnded: (run: ContainerRun, exitCode: number | null, at: number) => void;
  notify: (text: string) => void;
}

/** Attempts at the engine's log before the console goes on without what it holds. */
const maxCatchUps = 3;
/** Waits between attempts, in ms; a connection that held for `stable` begins anew with the first. */
const first = 250;
const most = 60_000;
const stable = 30_000;

/**
 * Keeps a run's console connected: joins it by way of the engine's log, looks again when the connection breaks, and where the log
 * can't be read goes on live, with a word about what is missing. What fails is tried again ever more slowly.
 */
export class ConsoleLink {
  private readonly options: ConsoleLinkOptions;
  private readonly backoff = new Backoff({ first, max: most });
  private run: ContainerRun | null = null;
  /** Failed attempts at the log in a row. */
  private failures = 0;
  private connectedAt: number | null = null;
  /** Why the connection broke, until it has been told. */
  private problem: string | null = null;

  constructor(options: ConsoleLinkOptions) {
    this.options = options;
  }

  /** Joins a container that runs. */
  join(run: ContainerRun): void {
    if (this.run !== run) this.begin(run);
    this.connect(run).then(
      () => {
        this.connectedAt = performance.now();
      },
      (error: unknown) => this.failed(run, error),
    );
  }

  /** The connection ended while nobody closed it; `problem` is why, if not in order. */
  lost(run: ContainerRun, problem: string | null): void {
    if (this.run !== run) this.begin(run);
    this.problem ??= problem;
    const held = this.connectedAt === null || performance.now() - this.connectedAt >= stable;
    this.connectedAt = performance.now();
    if (held) this.backoff.reset();
    this.recheckLater(run);
  }

  /** The console's connection broke, or a signal seems to have had no effect: is the container still there? */
  recheck(run: ContainerRun): void {
    if (!this.isCurrent(run)) return;
    this.inspect(run).then(
      (info) => {
        if (!this.isCurrent(run)) return;
        if (!info?.running) this.options.onEnded(run, info?.exitCode ?? null, info?.finishedAt ?? Date.now());
        else if (!run.isAttached) this.joinAgain(run);
      },
      // While the engine is away its return brings the truth; one that is there and fails is asked again.
      () => this.recheckLater(run),
    );
  }

  private joinAgain(run: ContainerRun): void {
    if (this.problem !== null)
      this.options.notify(`Error: the connection to the console broke and is made anew: ${this.problem}`);
    this.problem = null;
    this.join(run);
  }

  private async inspect(run: ContainerRun) {
    return this.options.monitor.engine.inspect(run.containerId);
  }

  private begin(run: ContainerRun): void {
    this.run = run;
    this.failures = 0;
    this.connectedAt = null;
    this.problem = null;
    this.backoff.reset();
  }

  private async connect(run: ContainerRun): Promise<void> {
    try {
      await run.catchUp(true);
      this.failures = 0;
    } catch (error) {
      if (this.failures < maxCatchUps || !this.isCurrent(run)) throw error;
      await run.attachLive();
      // Once, however often it breaks and is joined again.
      if (this.failures > maxCatchUps) return;
      this.failures += 1;
      this.options.notify(logUnreadable(error));
    }
  }

  private failed(run: ContainerRun, error: unknown): void {
    if (!this.isCurrent(run)) return;
    if (this.failures < maxCatchUps) this.failures += 1;
    this.options.log.warn(
      { server: this.options.serverId, attempt: this.failures, error: String(error) },
      'the console could not be connected',
    );
    run.closeConsole();
    this.recheckLater(run);
  }

  private recheckLater(run: ContainerRun): void {
    if (!this.isCurrent(run) || this.options.monitor.state.status !== 'up') return;
    this.options.scope.timeout(() => this.recheck(run), this.backoff.next());
  }

  private isCurrent(run: ContainerRun): boolean {
    return this.options.current() === run && !run.ending && !this.options.scope.isClosed;
  }
}

function logUnreadable(error: unknown): string {
  const reason = errorText(error);
  return `Error: the engine's log of this server can't be read (${reason}). The console goes on live; what was printed while it was not connected may be missing`;
}

/** For its viewers: what became of a history without its journal. */
export function countsLost(isFound: boolean): string {
  const result = isFound
    ? "where it ends was found by its text in the engine's log, and it goes on from there"
    : "its text is not in the engine's log, of which all is taken as new";
  return `Error: the journal of the console history was lost or damaged; ${result}`;
}
