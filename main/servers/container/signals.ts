import { errorText } from '../../../shared/error-text.ts';
import type { EngineMonitor, ProgramSignal } from '../../docker/contract.ts';
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

/** What Ctrl+C is to a terminal: it sends SIGINT to all programs in its foreground, unless one of them reads single keys. */
const ctrlC = Buffer.of(0x03);
/** A terminal shows `^C` of it, and a line end may follow; what is more than that, the program has said. In bytes. */
const echoBytes = 4;
/** How long a program may say nothing after Ctrl+C until it is taken for unheard, in ms; never more than a third of all its time. */
const unheardMs = 3000;

/** S13: what is told when a stop begins; `ms` until SIGKILL. */
export function stoppingWords(done: string, ms: number): string {
  return `Stopping: ${done}, waiting up to ${Math.round(ms / 1000)} s`;
}

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

  /** S13: asks the programs of the run to end, by a signal that they can heed, `ms` before they are killed. Each step is told. Never rejects. */
  async askToEnd(run: ContainerRun, { signal, ms }: { signal: string; ms: number }): Promise<void> {
    if (signal === 'SIGINT' && run.tty && (await this.pressCtrlC(run, ms))) return;
    this.options.notify(stoppingWords(`sent ${signal}`, ms));
    await this.toPrograms(run, signal);
  }

  /**
   * SIGINT for a program with a terminal is its Ctrl+C: that is heard by games behind shells of any kind, and by those that read single keys. It can't be
   * seen whether it was heard; so SIGINT itself follows where nothing is said in answer, or half of the time is over: a second one may make a
   * game that is saving end at once. False: the terminal is not connected.
   */
  private async pressCtrlC(run: ContainerRun, ms: number): Promise<boolean> {
    const { isWanted, notify, scope } = this.options;
    const signal = 'SIGINT';
    const behind = await this.round(run, { signal, earlier: [], onlyBehind: true });
    if (behind !== null) {
      notify(stoppingWords('sent SIGINT to the game in the background', ms));
      this.again({ run, signal, earlier: behind, ms: firstRoundMs });
      return true;
    }
    if (!isWanted(run)) return true;
    const before = run.printed;
    if (!pressed(run)) return false;
    notify(stoppingWords('pressed Ctrl+C', ms));
    const follow = (when: number, isDue: () => boolean, why: string): void => {
      scope.timeout(() => {
        if (!isWanted(run) || !isDue()) return;
        notify(`${why}: sent SIGINT, too`);
        isSent = true;
        void this.toPrograms(run, signal);
      }, when);
    };
    let isSent = false;
    follow(Math.min(unheardMs, ms / 3), () => run.printed <= before + echoBytes, 'Ctrl+C had no answer');
    follow(ms / 2, () => !isSent, 'It still runs after Ctrl+C');
    return true;
  }

  private async toPrograms(run: ContainerRun, signal: string): Promise<void> {
    const pids = await this.round(run, { signal, earlier: [] });
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
      void this.round(run, { signal, earlier }).then((pids) => {
        if (pids !== null) this.again({ run, signal, earlier: pids, ms: ms * 2 });
      });
    }, next.ms);
  }

  private async round(run: ContainerRun, request: ProgramSignal): Promise<number[] | null> {
    const { monitor, log, serverId } = this.options;
    try {
      return await monitor.engine.signalPrograms(run.containerId, request);
    } catch (error) {
      log.debug({ server: serverId, error: errorText(error) }, 'the programs could not be signalled');
      return null;
    }
  }
}

/** Whether its terminal took it. A program that doesn't read doesn't keep the terminal from acting on it, but our connection to it may be full. */
function pressed(run: ContainerRun): boolean {
  try {
    return run.write(ctrlC);
  } catch {
    return false;
  }
}
