import type { ContainerInfo } from '../../docker/contract.ts';
import type { ServerState } from '../server-state.ts';

/** How far two tellings of one container's start may differ, in ms: records of earlier versions have our own clock's time. */
const sameStartMs = 1000;

/** Whether this end came after the last one that is written down. */
export function isNews(state: ServerState, { finishedAt }: ContainerInfo): boolean {
  return (finishedAt ?? 0) > (state.current.lastExit?.at ?? 0);
}

/**
 * Whether the container that has ended is one that ran without our knowing: the host ended between its start and the note that
 * it runs. Not so if its end is written down already: then nothing has run since.
 */
export function ranUnseen(state: ServerState, info: ContainerInfo): boolean {
  const { container_id, run } = state.stored;
  return (
    info.id === container_id && run === null && isNews(state, info) && state.current.wanted === 'running'
  );
}

/** Whether the end of this run is still to be dealt with. */
export function hasUnheardEnd(state: ServerState, info: ContainerInfo): boolean {
  const { phase } = state.current;
  const last = phase.name === 'unknown' ? phase.last : phase;
  return last.name !== 'offline' || isNews(state, info);
}

/** Whether this very run is on record: a host had joined it before. */
export function isRecorded(state: ServerState, info: ContainerInfo, startedAt: number): boolean {
  const { run, container_id } = state.stored;
  return run !== null && info.id === container_id && Math.abs(run.started_at - startedAt) < sameStartMs;
}

/** A run that was ready stays ready; any other one is (again) watched for the pattern, in what the log still has of it, too. */
export function waitsForPattern(state: ServerState, info: ContainerInfo, startedAt: number): boolean {
  return !(isRecorded(state, info, startedAt) && state.stored.run?.ready);
}
