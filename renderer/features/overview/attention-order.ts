import type { ServerSummary } from '../../../shared/model/host.ts';
import type { Trouble } from './troubled-servers.ts';

/** One line of *Needs attention*. */
export type Concern = { key: string; isBad: boolean } & (
  | { kind: 'unknown'; count: number }
  /** `left`: in words. */
  | { kind: 'disk' | 'memory'; left: string }
  | { kind: 'full'; server: ServerSummary }
  | { kind: 'trouble'; trouble: Trouble }
);

export interface Found {
  servers: readonly ServerSummary[];
  troubled: readonly Trouble[];
  /** What is left, in words; null: enough. */
  disk: string | null;
  memory: string | null;
}

/** Lines that are shown before somebody asks for the others. */
export const shownConcerns = 5;

/** All that somebody should look at, the worst first; what came earlier stays before what came later. Pure. */
export function concernsOf({ servers, troubled, disk, memory }: Found): Concern[] {
  const unknown = servers.filter(({ state }) => state === 'unknown').length;
  const concerns: Concern[] = [];
  if (unknown > 0) concerns.push({ kind: 'unknown', key: 'unknown', isBad: true, count: unknown });
  if (disk !== null) concerns.push({ kind: 'disk', key: 'disk', isBad: true, left: disk });
  if (memory !== null) concerns.push({ kind: 'memory', key: 'memory', isBad: true, left: memory });
  for (const server of servers)
    if (server.is_full)
      concerns.push({ kind: 'full', key: `full ${server.internal_id}`, isBad: false, server });
  for (const trouble of troubled)
    concerns.push({
      kind: 'trouble',
      key: trouble.server.internal_id,
      // One that runs again is a warning; one that lies there is a failure.
      isBad: !isUpAgain(trouble.server),
      trouble,
    });
  return concerns.sort((a, b) => Number(b.isBad) - Number(a.isBad) || rank(a) - rank(b));
}

const isUpAgain = ({ state }: ServerSummary): boolean =>
  state === 'running' || state === 'starting' || state === 'installing';

/** Of equally bad ones: what the whole machine has, then full volumes, then those that fall again and again. */
function rank(concern: Concern): number {
  if (concern.kind === 'trouble') return concern.trouble.restarts >= manyRestarts ? 2 : 3;
  return concern.kind === 'full' ? 1 : 0;
}

/** From so many restarts in a day on it is said how often. */
export const manyRestarts = 3;
