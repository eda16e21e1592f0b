import { uptime } from 'node:os';
import type { ContainerInfo } from '../../docker/contract.ts';
import type { ExitInfo } from './exit-reason.ts';

/** The machine was restarted under it: nobody wanted this end, whatever its exit code. */
export function ranBeforeBoot(info: ContainerInfo): boolean {
  return info.startedAt !== null && info.startedAt < Date.now() - uptime() * 1000;
}

/** What is known of a run's end; `facts` null: its container is gone. */
export function exitInfo(
  info: ContainerInfo | null,
  outsideSignal: string | null,
  engineWasAway: boolean,
): ExitInfo {
  return {
    at: info?.finishedAt ?? Date.now(),
    code: info?.exitCode ?? null,
    oom: info?.oomKilled ?? false,
    outsideSignal,
    engineWasAway,
  };
}
