import type { EngineEvent } from '../../docker/contract.ts';
import type { Server } from '../server.ts';

/** Whose container an event is about: by our label, or the one that has adopted it (A40). */
export function serverOfEvent(event: EngineEvent, servers: ReadonlyMap<string, Server>): Server | undefined {
  const { id, internalId } = event;
  if (internalId !== null) return servers.get(internalId);
  return [...servers.values()].find(({ definition }) => definition.adopted?.container_id === id);
}
