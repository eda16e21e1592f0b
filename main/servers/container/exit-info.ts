import { uptime } from 'node:os';
import type { ContainerInfo } from '../../docker/contract.ts';
import { type ExitInfo, signalOfCode } from './exit-reason.ts';
import { isEnding, type SignalLog, unnamedSignal } from './signal-log.ts';
import { startFault } from './start-fault.ts';

/** After the kernel killed some process of a container, an end within this is believed to come of it, in ms. */
const memoryCauseMs = 10_000;
/** 128 + SIGKILL. */
const killedCode = 137;

/** What is known of a run besides what the engine keeps. */
export interface RunEvidence {
  /** Null: nobody watched it. */
  signals: SignalLog | null;
  /** When the kernel last killed one of its processes for memory, Unix milliseconds; null if it did not. */
  oomAt: number | null;
  /** See `EarlyEnd`. */
  firstOutput: string;
}

/** The machine was restarted under it: nobody wanted this end, whatever its exit code. */
export function ranBeforeBoot(info: ContainerInfo): boolean {
  return info.startedAt !== null && info.startedAt < Date.now() - uptime() * 1000;
}

export interface ExitInfoOptions {
  /** Null: its container is gone. */
  info: ContainerInfo | null;
  /** Null: nobody watched this run. */
  evidence: RunEvidence | null;
  /** It was gone as soon as it had ended: nobody but its remover ends one like that. */
  isGone?: boolean;
  /** What the feed of events said, which is more than a container that is gone can say. */
  told?: { code: number | null; at: number };
  /** The engine was away, or on its way out, when it ended. */
  engineWasAway: boolean;
}

/** What is known of a run's end. */
export function exitInfo(options: ExitInfoOptions): ExitInfo {
  const { at, code, outsideSignal } = endOf(options);
  const { engineWasAway, info, evidence } = options;
  const startedAt = info?.startedAt ?? null;
  const ranMs = startedAt === null ? null : at - startedAt;
  // An engine that stops sends each container a signal: that is its own going, and nobody's wish for this server.
  return {
    at,
    code,
    oom: isOutOfMemory(options),
    outsideSignal: engineWasAway ? null : outsideSignal,
    engineWasAway,
    memoryKilledAt: evidence?.oomAt ?? null,
    fault: startFault({ code, ranMs, firstOutput: evidence?.firstOutput ?? '', what: 'startup command' }),
  };
}

/** It was killed while it was watched, and nobody has told by whom: news of the kernel's may be on their way. */
export function isUnexplainedKill(options: ExitInfoOptions): boolean {
  if (options.evidence === null) return false;
  return endOf(options).code === killedCode && !hasKiller(options) && !isOutOfMemory(options);
}

function endOf(options: ExitInfoOptions) {
  const { info, evidence, told } = options;
  const at = told?.at ?? info?.finishedAt ?? Date.now();
  const code = told?.code ?? info?.exitCode ?? null;
  return {
    at,
    code,
    outsideSignal: evidence?.signals?.causeOf({ code, at }) ?? unheardSignal(options, code),
  };
}

function hasKiller(options: ExitInfoOptions): boolean {
  return endOf(options).outsideSignal !== null || (options.evidence?.signals?.hasSent('SIGKILL') ?? false);
}

/**
 * The signal of a stop that no event told of (Podman's `stop` and `rm -f`), known by the engine's mark, or since the container is gone.
 * The mark stays from the first signal on: after one that was heard it counts only for an end that looks like a stop.
 */
function unheardSignal({ info, evidence, isGone }: ExitInfoOptions, code: number | null): string | null {
  const isMarked = info?.stoppedByUser ?? false;
  if (!isMarked && !isGone) return null;
  const seen = signalOfCode(code);
  const hasHeard = evidence?.signals?.hasHeard ?? false;
  if (seen !== null && isEnding(seen)) return hasHeard && info?.oomKilled ? null : seen;
  return isMarked && !hasHeard ? unnamedSignal : null;
}

/**
 * The engine marks a container as soon as the kernel kills *any* process of it for memory, and the mark stays. It is the
 * cause of the end only if the end looks like it: killed, and by nobody else; or failed right after. Its event comes for each process
 * that is killed, so where there was one, its time says more than the mark. It may come a moment after the end.
 */
function isOutOfMemory(options: ExitInfoOptions): boolean {
  if (hasKiller(options)) return false;
  const { at, code } = endOf(options);
  const oomAt = options.evidence?.oomAt ?? null;
  if (oomAt === null) return code === killedCode && (options.info?.oomKilled ?? false);
  return code !== null && code !== 0 && at - oomAt <= memoryCauseMs;
}
