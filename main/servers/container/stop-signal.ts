import { errorText } from '../../../shared/error-text.ts';
import type { EngineMonitor } from '../../docker/contract.ts';
import type { Log } from '../../lib/log.ts';
import type { Scope } from '../../lib/scope.ts';
import type { ContainerRun } from './run.ts';

export interface StopSignalOptions {
  serverId: string;
  monitor: EngineMonitor;
  scope: Scope;
  log: Log;
  /** Whether this run is still being stopped. */
  isWanted: (run: ContainerRun) => boolean;
}

/** Waits between rounds, in ms: the first, then twice as long each time. */
const firstRoundMs = 1000;

/**
 * Asks the programs of a run to end, wherever they stand behind shells: a signal to the container alone reaches only its first
 * process, which may be a shell that dies of it and takes an unsaved game along. What goes on after its programs have ended (a
 * script that starts its game anew) gets the signal in a later round.
 */
export class StopSignal {
  private readonly options: StopSignalOptions;

  constructor(options: StopSignalOptions) {
    this.options = options;
  }

  /** Whether it was sent; false where it can't be done so. Never rejects. */
  async send(run: ContainerRun, signal: string): Promise<boolean> {
    const pids = await this.round(run, signal, []);
    if (pids === null) return false;
    this.again({ run, signal, earlier: pids, ms: firstRoundMs });
    return true;
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
