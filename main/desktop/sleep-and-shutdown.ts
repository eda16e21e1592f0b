import { isUp } from '../../shared/model/power.ts';
import { type Log, silentLog } from '../lib/log.ts';
import type { HostWatch } from './contract.ts';
import { waitForWatch } from './wait-for-watch.ts';

export interface StopOptions {
  watch: HostWatch;
  /** `EndPlan.stop`. */
  ids: readonly string[];
  /** For all of them together; systems give an app that holds their shutdown back less than a minute. */
  deadlineMs: number;
  /** Ends the waiting, for a user who is tired of it; what was asked for goes on. */
  signal?: AbortSignal;
  log?: Log;
}

/** How often one server is asked at most: one that is being restarted comes up again in between. */
const maxAsks = 3;

/**
 * Stops servers in their own way, all at once, and waits until they have ended, to the deadline. Gives the ids of those that
 * still run then, or may; they are left alone, since a kill is nobody's to decide here. Never rejects.
 */
export async function stopServers({
  watch,
  ids,
  deadlineMs,
  signal,
  log = silentLog,
}: StopOptions): Promise<string[]> {
  const asked = new Map<string, { times: number; isWaiting: boolean }>();
  const stateOf = (id: string) => watch.servers?.find(({ internal_id }) => internal_id === id)?.state;
  // Of what nobody knows nothing can be waited for: the engine is away, as when it went down before us.
  const isKnownUp = (id: string): boolean => {
    const state = stateOf(id);
    return state !== undefined && isUp(state);
  };
  const ask = (id: string): void => {
    const state = stateOf(id);
    const before = asked.get(id) ?? { times: 0, isWaiting: false };
    if (state === 'stopping') asked.set(id, { ...before, isWaiting: false });
    if ((state !== 'running' && state !== 'starting') || before.isWaiting || before.times >= maxAsks) return;
    asked.set(id, { times: before.times + 1, isWaiting: true });
    watch.power(id, 'stop').catch((error: unknown) => {
      log.warn({ server: id, error: String(error) }, 'a server could not be asked to stop');
      // Refused while its start was prepared: asked again when its state changes.
      asked.set(id, { times: before.times + 1, isWaiting: false });
    });
  };
  const isOver = (): boolean => {
    const up = ids.filter(isKnownUp);
    for (const id of up) ask(id);
    return up.length === 0;
  };
  await waitForWatch(watch, isOver, { ms: deadlineMs, signal });
  return ids.filter((id) => watch.servers === null || stateOf(id) === 'unknown' || isKnownUp(id));
}
