import { errorText } from '../../../shared/error-text.ts';
import type { EngineMonitor } from '../../docker/contract.ts';
import type { Log } from '../../lib/log.ts';
import type { Scope } from '../../lib/scope.ts';
import type { ContainerRun } from './run.ts';

export interface ContainerSignalsOptions {
  serverId: string;
  monitor: EngineMonitor;
  scope: Scope;
  log: Log;
  /** For the server's viewers (S11). */
  notify: (text: string) => void;
  /** Looks whether the run's container is still there. */
  recheck: (run: ContainerRun) => void;
  /** Whether this is still the run, and has not ended. */
  isCurrent: (run: ContainerRun) => boolean;
  /** Whether this run is still being stopped. */
  isWanted: (run: ContainerRun) => boolean;
}

/** Waits between rounds, in ms: the first, then twice as long each time. */
const firstRoundMs = 1000;

/** A signal should have had its effect after this, in ms. */
const effectMs = 1000;

/**
 * Sends signals to a run. One that asks to end goes to its programs, wherever they stand behind shells: a signal to the container alone reaches only its first
 * process, which may be a shell that dies of it and takes an unsaved game along. What goes on after its programs have ended (a
 * script that starts its game anew) gets the signal in a later round.
 */
export class ContainerSignals {
  private readonly options: ContainerSignalsOptions;

  constructor(options: ContainerSignalsOptions) {
    this.options = options;
  }

  /** Asks the programs of the run to end: a signal that they can heed. Never rejects. */
  async askToEnd(run: ContainerRun, signal: string): Promise<void> {
    const pids = await this.round(run, signal, []);
    if (pids !== null) this.again({ run, signal, earlier: pids, ms: firstRoundMs });
    // It can't be done so there; or it has ended meanwhile.
    else if (this.options.isCurrent(run)) await this.send(run, signal);
  }

  /** Sends it to the container. Never rejects. */
  async send(run: ContainerRun, signal: string): Promise<void> {
    const { monitor, notify, recheck, scope } = this.options;
    const notSent = run.signals.sending(signal);
    try {
      if (!(await monitor.engine.signal(run.containerId, signal))) {
        notSent();
        recheck(run);
      }
    } catch (error) {
      notSent();
      notify(`Error: ${signal} could not be sent: ${errorText(error)}`);
    }
    scope.timeout(() => recheck(run), effectMs);
  }

  private again(next: { run: ContainerRun; signal: string; earlier: readonly number[]; ms: number }): void {
    const { scope, isWanted } = this.options;
    scope.timeout(() => {
      const { run, signal, earlier, ms } = next;
      if (!isWanted(run)) return;
      void this.round(run, signal, earlier).then((pids) => {
        if (pids !== null) this.again({ run, signal, earlier: pids, ms: ms * 2 });
      });
    }, next.ms);
  }

  private async round(
    run: ContainerRun,
    signal: string,
    earlier: readonly number[],
  ): Promise<number[] | null> {
    const { monitor, log, serverId } = this.options;
    try {
      return await monitor.engine.signalPrograms(run.containerId, { signal, earlier });
    } catch (error) {
      log.debug({ server: serverId, error: errorText(error) }, 'the programs could not be signalled');
      return null;
    }
  }
}
