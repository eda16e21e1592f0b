import { uptime } from 'node:os';
import type { ContainerInfo } from '../../docker/contract.ts';
import type { ExitInfo } from './exit-reason.ts';
import type { SignalLog } from './signal-log.ts';

/** After the kernel killed some process of a container, an end within this is believed to come of it, in ms. */
const memoryCauseMs = 10_000;
/** 128 + SIGKILL. */
const killedCode = 137;

/** What is known of a run besides what the engine keeps. */
export interface RunEvidence {
  signals: SignalLog;
  /** When the kernel last killed one of its processes for memory, Unix milliseconds; null if it did not. */
  oomAt: number | null;
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
  /** What the feed of events said, which is more than a container that is gone can say. */
  told?: { code: number | null; at: number };
  /** The engine was away, or on its way out, when it ended. */
  engineWasAway: boolean;
}

/** What is known of a run's end. */
export function exitInfo({ info, evidence, told, engineWasAway }: ExitInfoOptions): ExitInfo {
  const at = told?.at ?? info?.finishedAt ?? Date.now();
  const code = told?.code ?? info?.exitCode ?? null;
  const outsideSignal = evidence?.signals.causeOf({ code, at }) ?? null;
  const oom = (info?.oomKilled ?? false) && isOutOfMemory({ code, at, outsideSignal, evidence });
  // An engine that stops sends each container a signal: that is its own going, and nobody's wish for this server.
  return { at, code, oom, outsideSignal: engineWasAway ? null : outsideSignal, engineWasAway };
}

/**
 * The engine marks a container as soon as the kernel kills *any* process of it for memory, and the mark stays. It is the
 * cause of the end only if the end looks like it: killed, and by nobody else; or failed right after.
 */
function isOutOfMemory(end: {
  code: number | null;
  at: number;
  outsideSignal: string | null;
  evidence: RunEvidence | null;
}): boolean {
  const { code, at, outsideSignal, evidence } = end;
  if (outsideSignal !== null || evidence?.signals.hasSent('SIGKILL')) return false;
  if (code === killedCode) return true;
  const oomAt = evidence?.oomAt ?? null;
  return code !== null && code !== 0 && oomAt !== null && at - oomAt <= memoryCauseMs;
}
