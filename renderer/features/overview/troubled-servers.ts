import type { ShownCrash } from '../../../shared/model/crash.ts';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { hasCrashed } from '../../../shared/model/server.ts';

/** A server that somebody should look at; `crash` is its newest report that nobody has laid aside. `restarts`: of the last day, after crashes. */
export interface Trouble {
  server: ServerSummary;
  crash: ShownCrash | null;
  restarts: number;
}

const dayMs = 86_400_000;

/** How often a server was started again after a crash in the day before `now` (Unix milliseconds), as far as nobody has laid that aside. */
export const restartsOf = (server: string, unseen: readonly ShownCrash[], now: number): number =>
  unseen.filter(
    (crash) => crash.server === server && crash.after.next === 'restart' && now - crash.at < dayMs,
  ).length;

/**
 * Those with a report that nobody has looked at, newest first. For who may not read reports (`unseen` null): those that lie where they fell.
 * Pure.
 */
export function troubledServers(
  servers: readonly ServerSummary[],
  unseen: readonly ShownCrash[] | null,
  now: number,
): Trouble[] {
  if (unseen === null)
    return servers
      .filter(({ state, last_exit }) => state === 'failed' || (state === 'exit' && hasCrashed(last_exit)))
      .map((server) => ({ server, crash: null, restarts: 0 }));
  const known = new Map(servers.map((server) => [server.internal_id, server]));
  const troubles: Trouble[] = [];
  for (const crash of unseen) {
    const server = known.get(crash.server);
    if (!server) continue;
    // Its newest one alone. A failed install matters as long as it is failed.
    known.delete(crash.server);
    if (crash.kind !== 'install' || server.state === 'failed')
      troubles.push({ server, crash, restarts: restartsOf(crash.server, unseen, now) });
  }
  return troubles;
}
