import type { StoredServer, StoredVolume } from '../store/contract.ts';
import { isWithin } from './mounts.ts';

/** The servers whose own volume it is, or that mount something of it (A8). */
export function usersOf(volume: StoredVolume, servers: StoredServer[]): StoredServer[] {
  return servers.filter(
    ({ definition }) =>
      definition.volume_id === volume.id ||
      Object.values(definition.mount).some((path) => isWithin(path, volume.path)),
  );
}

/** Whether a container of it runs, or may come to run without being asked anew. In doubt it does: it may be the engine that is away. */
export function mayRun(server: StoredServer): boolean {
  return server.run !== null || server.wanted === 'running' || server.install_state === 'installing';
}
