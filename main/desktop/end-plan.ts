import type { ServerSummary } from '../../shared/model/host.ts';
import { isUp } from '../../shared/model/power.ts';
import type { Preferences } from '../../shared/model/preferences.ts';
import type { WireState } from '../../shared/model/server.ts';
import type { HostConnection } from './contract.ts';

/**
 * Why the app ends or pauses: `quit` by its user, `shutdown` when the machine goes down or the session ends (powerMonitor's
 * `shutdown`, a window's `session-end` on Windows), `suspend` when the machine sleeps.
 */
export type EndEvent = 'quit' | 'shutdown' | 'suspend';

export interface EndOptions {
  event: EndEvent;
  /** The preference; for a quit with `ask` the user's answer instead. */
  onQuit: Preferences['on_quit'];
  host: HostConnection['kind'];
  /** As the host lists them, in the order of creation; null if nobody knows. */
  servers: readonly ServerSummary[] | null;
}

/** Ids of servers, in the order of creation: what is to be stopped now, and what is to be started when the app starts next. */
export interface EndPlan {
  stop: string[];
  remember: string[];
}

/**
 * What becomes of the servers when the app ends (pure):
 * - A sleeping machine freezes them and thaws them; and what an attached host runs is that host's to end, as a service does.
 * - By a quit they stop if the preference says so, and stay stopped: the user has said so.
 * - A shutdown ends them in any case, only that Docker gives each a few seconds and no stop command. So they are stopped in
 *   order; and since nobody wished that they end, they come back with the app.
 */
export function planEnd({ event, onQuit, host, servers }: EndOptions): EndPlan {
  const none: EndPlan = { stop: [], remember: [] };
  if (event === 'suspend' || host === 'attached' || servers === null) return none;
  if (event === 'quit' && onQuit !== 'stop') return none;
  const ids = (wanted: (state: WireState) => boolean): string[] =>
    servers.filter(({ state }) => wanted(state)).map(({ internal_id }) => internal_id);
  return {
    stop: ids(isUp),
    // Somebody asked for the stop of one that is being stopped.
    remember: event === 'shutdown' ? ids((state) => state === 'running' || state === 'starting') : [],
  };
}
