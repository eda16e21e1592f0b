import type { HostInfo, ServerSummary } from '../../shared/model/host.ts';
import type { Operation } from '../../shared/model/operation.ts';
import type { HostEvent } from '../../shared/protocol/server-events.ts';

/** What the host told last. It stays while the link is down; the page says then that it is old. */
export interface HostState {
  host: HostInfo | null;
  /** Null until the host has told. */
  servers: readonly ServerSummary[] | null;
  /** What is under way, and what ended while the page looked; the newest last. */
  operations: readonly Operation[];
}

/** Ends that a page remembers. */
const keptOperations = 50;

export const unknownHost: HostState = { host: null, servers: null, operations: [] };

const byName = (a: ServerSummary, b: ServerSummary): number =>
  a.name.localeCompare(b.name) || a.internal_id.localeCompare(b.internal_id);

/** The state after one event of the host's socket (H1, H2). Servers are sorted by name, so the list never jumps. */
export function applyHostEvent(state: HostState, event: HostEvent): HostState {
  const { servers } = state;
  switch (event.event) {
    case 'host':
      return { ...state, host: withKnownAddresses(event.data, state.host) };
    case 'containers':
      // Comes first on each connection; what is still under way is told behind it.
      return { ...state, servers: event.data.toSorted(byName), operations: [] };
    case 'container': {
      const others = (servers ?? []).filter((server) => server.internal_id !== event.data.internal_id);
      return { ...state, servers: [...others, event.data].sort(byName) };
    }
    case 'container_removed':
      return { ...state, servers: servers?.filter((server) => server.internal_id !== event.data) ?? null };
    case 'stats': {
      const { event: _name, internal_id, ...stats } = event;
      const withStats = (server: ServerSummary): ServerSummary =>
        server.internal_id === internal_id ? { ...server, stats } : server;
      return { ...state, servers: servers?.map(withStats) ?? null };
    }
    case 'operation': {
      const others = state.operations.filter(({ id }) => id !== event.data.id);
      return { ...state, operations: [...others, event.data].slice(-keptOperations) };
    }
    case 'daemon_message':
    case 'changed':
    case 'token_expiring':
      return state;
  }
}

/** With each new figure come the same addresses: who shows them alone isn't drawn anew. */
function withKnownAddresses(host: HostInfo, before: HostInfo | null): HostInfo {
  const known = before?.addresses;
  if (known === undefined || JSON.stringify(known) !== JSON.stringify(host.addresses)) return host;
  return { ...host, addresses: known };
}
