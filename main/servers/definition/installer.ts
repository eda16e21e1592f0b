import { errorText } from '../../../shared/error-text.ts';
import type { Progress } from '../../../shared/model/progress.ts';
import type { ConsoleOutput } from '../../console/console-output.ts';
import type { EngineMonitor, ImageFacts } from '../../docker/contract.ts';
import type { Log } from '../../lib/log.ts';
import type { MountGuard } from '../../volumes/mount-guard.ts';
import { imageMoved, madeFrom } from '../container/image-version.ts';
import type { SpecContext } from '../container/spec.ts';
import type { ServerState } from '../server-state.ts';
import { install } from './install.ts';

const again = 'this is another try, since the one before was cut short; what it has left is in the volume';

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
  /** A host before this one did not live to end it. */
  wasCutShort: boolean;
}

/** A server's install (A6): one at a time, begun again by the next host if this one doesn't live to end it. */
export class Installer {
  private readonly options: InstallerOptions;
  private running: AbortController | null = null;
  /** Resolves when the last one has ended: also one that was cancelled still has a container of the name that the next one needs. */
  private last: Promise<void> = Promise.resolve();
  /** The one before did not come to its end: what it has done so far is in the volume. */
  private wasCutShort: boolean;

  constructor(options: InstallerOptions) {
    this.options = options;
    this.wasCutShort = options.wasCutShort;
  }

  /** One that runs already goes on. Its end is an event of the machine. */
  begin(): void {
    if (this.running) return;
    const { state, monitor, notify } = this.options;
    const isAgain = this.wasCutShort;
    this.wasCutShort = false;
    state.dispatch({ type: 'install-began' });
    if (isAgain) notify(`The install begins again: ${again}`);
    const abort = new AbortController();
    this.running = abort;
    const work = this.last.then(() => {
      abort.signal.throwIfAborted();
      return install({
        ...this.options,
        definition: state.definition,
        engine: () => monitor.engine,
        noteProblem: (host_user_problem) => {
          if (state.definition.host_user_problem === host_user_problem || abort.signal.aborted) return;
          state.note({ definition: { ...state.definition, host_user_problem } });
        },
        signal: abort.signal,
        onImage: (image) => this.tookImage(image),
      });
    });
    this.last = work.catch(() => {});
    work.then(
      () => this.ended(abort, null),
      (error: unknown) => this.ended(abort, isAgain ? `${errorText(error)} (${again})` : errorText(error)),
    );
  }

  /** The install under way ends soon, and its end is no event any more. */
  cancel(): void {
    if (this.running) this.wasCutShort = true;
    this.running?.abort();
    this.running = null;
  }

  private tookImage(facts: ImageFacts | null): void {
    const { state, notify } = this.options;
    const made_from = madeFrom(state.definition.image, facts);
    const moved = imageMoved(state.stored.made_from, made_from);
    if (moved !== null) notify(`Note: ${moved}`);
    state.note({ made_from });
  }

  private ended(abort: AbortController, failure: string | null): void {
    if (this.running !== abort) return;
    this.running = null;
    const { state } = this.options;
    state.note({ install_error: failure });
    state.dispatch(failure === null ? { type: 'install-done' } : { type: 'install-failed', reason: failure });
  }
}
