import { errorText } from '../../../shared/error-text.ts';
import type { Progress } from '../../../shared/protocol/server-events.ts';
import type { ConsoleOutput } from '../../console/console-output.ts';
import type { EngineMonitor } from '../../docker/contract.ts';
import type { Log } from '../../lib/log.ts';
import type { MountGuard } from '../../volumes/mount-guard.ts';
import type { SpecContext } from '../container/spec.ts';
import type { ServerState } from '../server-state.ts';
import { install } from './install.ts';

export interface InstallerOptions {
  state: ServerState;
  monitor: EngineMonitor;
  context: SpecContext;
  volumeReady: () => Promise<void>;
  mounts: MountGuard;
  /** Removes the container of the server's last run, if there is one. */
  removeOld: () => Promise<void>;
  output: ConsoleOutput;
  log: Log;
  notify: (text: string) => void;
  progress: (progress: Progress) => void;
}

/** A server's install (A6): one at a time, begun again by the next host if this one doesn't live to end it. */
export class Installer {
  private readonly options: InstallerOptions;
  private running: AbortController | null = null;

  constructor(options: InstallerOptions) {
    this.options = options;
  }

  /** One that runs already goes on. Its end is an event of the machine. */
  begin(): void {
    if (this.running) return;
    const { state, monitor } = this.options;
    state.dispatch({ type: 'install-began' });
    const abort = new AbortController();
    this.running = abort;
    install({
      ...this.options,
      definition: state.definition,
      engine: () => monitor.engine,
      signal: abort.signal,
    }).then(
      () => this.ended(abort, null),
      (error: unknown) => this.ended(abort, errorText(error)),
    );
  }

  /** The install under way ends soon, and its end is no event any more. */
  cancel(): void {
    this.running?.abort();
    this.running = null;
  }

  private ended(abort: AbortController, failure: string | null): void {
    if (this.running !== abort) return;
    this.running = null;
    const { state } = this.options;
    state.note({ install_error: failure });
    state.dispatch(failure === null ? { type: 'install-done' } : { type: 'install-failed', reason: failure });
  }
}
