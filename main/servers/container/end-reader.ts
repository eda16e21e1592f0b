import type { ContainerInfo, EngineMonitor } from '../../docker/contract.ts';
import type { Scope } from '../../lib/scope.ts';
import { type ExitInfoOptions, exitInfo, isUnexplainedKill, ranBeforeBoot } from './exit-info.ts';
import type { ExitInfo } from './exit-reason.ts';
import type { LastOutput } from './last-output.ts';
import type { ContainerRun } from './run.ts';
import { lookAt } from './start.ts';

export interface EndReaderOptions {
  monitor: EngineMonitor;
  lastOutput: LastOutput;
  scope: Scope;
}

/** How long the cause of a death by SIGKILL that nobody has told of is waited for, in ms. */
const causeMs = 500;

interface End extends ExitInfoOptions {
  containerId: string;
}

/**
 * What the end of a run came of. A busy engine tells of full memory a moment after the end that it led to (Docker 20.10 by its event
 * alone, others by the container's mark, too): for a death by SIGKILL without a known killer that moment is waited for, and
 * news that come still later put right what was said of the last end.
 */
export class EndReader {
  private readonly options: EndReaderOptions;
  /** The last end that was read. */
  private last: End | null = null;
  private waiting: { containerId: string; wake: () => void } | null = null;

  constructor(options: EndReaderOptions) {
    this.options = options;
  }

  /** The end of a run that was watched, as it was `told`: when the rest of its output is there (S8). Never rejects. */
  async ofRun(run: ContainerRun, told: { code: number | null; at: number }): Promise<ExitInfo> {
    const { monitor, lastOutput } = this.options;
    const { containerId } = run;
    const [{ info, isGone }, isAccepting] = await Promise.all([
      lookAt(monitor, containerId),
      monitor.isAccepting(),
      lastOutput.read(run),
    ]);
    const engineWasAway = !isAccepting && run.signals.causeOf(told) !== null;
    return this.read({ containerId, info, isGone, evidence: run, told, engineWasAway });
  }

  /** The end of a container that was found; `run` is null if nobody watched it. Never rejects. */
  ofContainer(info: ContainerInfo, run: ContainerRun | null, engineWasAway: boolean): Promise<ExitInfo> {
    const wasAway = engineWasAway || ranBeforeBoot(info);
    return this.read({ containerId: info.id, info, evidence: run, engineWasAway: wasAway });
  }

  /** The engine tells of full memory. What the last end truly came of, if it was that container's and was told otherwise; else null. */
  outOfMemory({ id, at }: { id: string; at: number }): ExitInfo | null {
    if (this.waiting?.containerId === id) this.waiting.wake();
    const { last } = this;
    if (last?.containerId !== id || exitInfo(last).oom) return null;
    const { signals = null, firstOutput = '' } = last.evidence ?? {};
    this.last = { ...last, evidence: { signals, oomAt: at, firstOutput } };
    const exit = exitInfo(this.last);
    return exit.oom ? exit : null;
  }

  private async read(end: End): Promise<ExitInfo> {
    const known = isUnexplainedKill(end) ? await this.lookAgain(end) : end;
    this.last = known;
    return exitInfo(known);
  }

  private async lookAgain(end: End): Promise<End> {
    const { monitor, scope } = this.options;
    const { containerId } = end;
    const told = new Promise<void>((wake) => {
      this.waiting = { containerId, wake };
    });
    await Promise.race([told, scope.pause(causeMs)]);
    this.waiting = null;
    const { info } = await lookAt(monitor, containerId);
    return info === null ? end : { ...end, info };
  }
}
