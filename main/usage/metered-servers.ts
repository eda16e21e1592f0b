import type { WireState } from '../../shared/model/server.ts';
import type { Servers } from '../servers/contract.ts';
import type { MeteredServer } from './meter.ts';

/** All servers as the usage meter sees them. */
export function meteredServers(servers: Pick<Servers, 'list'>): MeteredServer[] {
  return servers.list().map(({ definition, state, started_at }) => ({
    id: definition.internal_id,
    state: meterState(state),
    startedAt: started_at,
    volumeId: definition.volume_id,
  }));
}

function meterState(state: WireState): MeteredServer['state'] {
  switch (state) {
    case 'starting':
    case 'running':
    case 'stopping':
      return 'up';
    case 'installing':
    case 'installed':
    case 'exit':
    case 'failed':
      return 'down';
    case 'unknown':
      return 'unknown';
  }
}
