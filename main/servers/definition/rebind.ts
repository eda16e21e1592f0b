import { LightdeckError } from '../../../shared/errors.ts';
import type { PortBinding } from '../../../shared/model/server.ts';
import type { ContainerInfo } from '../../docker/contract.ts';
import {
  type Holders,
  type Occupancy,
  type PortPool,
  type PortRequest,
  portWords,
} from '../../network/contract.ts';
import type { Store, StoredServer } from '../../store/contract.ts';
import { type SpecContext, serverSpec } from '../container/spec.ts';
import { isAtRest } from '../machine/state.ts';
import type { ServerState } from '../server-state.ts';

/** The ports that a server shall have from now on. */
export interface Rebinding {
  requests: readonly PortRequest[];
  /** From `PortPool.holders`, right before. */
  held: Holders;
  /** Unix seconds. */
  updatedAt: number;
}

export interface RebindOptions {
  state: ServerState;
  store: Store;
  ports: PortPool;
  notify: (text: string) => void;
}

/**
 * A5: claims the new ports and writes the definition with them, at once or not at all; throws LightdeckError `busy` or
 * `invalid`. The old ones stay the server's until its container that publishes them is gone (`settlePorts`). So at every
 * moment the pool's entries of a server are those of its definition and those that its container still has. A server that
 * runs is restarted for them; what a host does not live to finish, the next one finds by `hasOtherPorts`.
 */
export function rebindServer(
  { state, store, ports, notify }: RebindOptions,
  { requests, held, updatedAt }: Rebinding,
): void {
  const refused = state.refusal('rebind');
  if (refused !== null) throw new LightdeckError('busy', refused);
  const { stored } = state;
  const before = describePorts(stored.definition.ports);
  const rests = isAtRest(state.current.phase);
  const next = store.transaction(() => {
    const bindings = ports.reclaim(requests, stored.definition.internal_id, held);
    const definition = { ...stored.definition, ports: bindings, updated_at: updatedAt };
    store.servers.put({ ...stored, definition });
    if (rests) ports.keepOnly(stored.definition.internal_id, bindings);
    return { ...stored, definition };
  });
  state.adopt(next);
  const now = describePorts(next.definition.ports);
  if (now === before) {
    notify(`The network ports stay as they are: ${now}`);
    return;
  }
  notify(`New network ports: ${now}; ${rests ? 'they take hold at the next start' : 'restarting for them'}`);
  state.dispatch({ type: 'command', action: 'rebind' });
}

/**
 * Whether a container that runs has other ports than its server should have: a rebinding that the host did not live to
 * finish, or an old container that somebody started. The definition's hash is asked too, so that an engine that spells
 * addresses in its own way doesn't cost a restart.
 */
export function hasOtherPorts(info: ContainerInfo, stored: StoredServer, context: SpecContext): boolean {
  const { definition } = stored;
  if (definition.adopted !== null) return false;
  if (info.definitionHash === serverSpec(definition, context).definitionHash) return false;
  return info.published.join() !== definition.ports.map(words).sort().join();
}

/** For the message to the console's viewers. */
function describePorts(ports: readonly PortBinding[]): string {
  return ports.length === 0 ? 'no ports' : ports.map(words).join(', ');
}

function words({ ip, host_port, container_port, protocol }: PortBinding): string {
  return `${ip}:${host_port} → ${container_port}/${protocol}`;
}

/** Codes of a start that the engine refused. */
const refusals: ReadonlySet<string> = new Set(['engine_refused', 'conflict']);

/**
 * A start that failed, with the name of whoever holds one of the server's ports if that is why; else the error as it was.
 * Never rejects.
 */
export async function nameHolder(
  error: unknown,
  bindings: readonly PortBinding[],
  occupancy: Occupancy,
): Promise<unknown> {
  // A start that only took too long may have the ports itself by now.
  if (!(error instanceof LightdeckError) || !refusals.has(error.code)) return error;
  const keys = bindings.map(({ ip, host_port, protocol }) => ({ ip, port: host_port, protocol }));
  const held = await occupancy.holders(keys);
  const key = keys.find((one) => held.has(portWords(one)));
  if (!key) return error;
  return new LightdeckError(
    'conflict',
    `port ${portWords(key)} is held by ${held.get(portWords(key))}; stop that, or give the server another port`,
    { cause: error },
  );
}
