import { uptime } from 'node:os';
import type { ContainerFacts } from '../../docker/contract.ts';
import type { ExitFacts } from './exit-reason.ts';

/** The machine was restarted under it: nobody wanted this end, whatever its exit code. */
export function ranBeforeBoot(facts: ContainerFacts): boolean {
  return facts.startedAt !== null && facts.startedAt < Date.now() - uptime() * 1000;
}

/** What is known of a run's end; `facts` null: its container is gone. */
export function exitFacts(
  facts: ContainerFacts | null,
  outsideSignal: string | null,
  engineWasAway: boolean,
): ExitFacts {
  return {
    at: facts?.finishedAt ?? Date.now(),
    code: facts?.exitCode ?? null,
    oom: facts?.oomKilled ?? false,
    outsideSignal,
    engineWasAway,
  };
}
