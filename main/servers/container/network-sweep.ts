import type { Engine } from '../../docker/contract.ts';
import { sharedNetwork } from './spec.ts';

export interface NetworkSweepOptions {
  engine: Engine;
  hostId: string;
  /** Asked right before each removal: a server may have been created meanwhile. */
  exists: (internalId: string) => boolean;
}

/** Removes the networks of servers that are no more (the host died while deleting one), and the one that older versions shared. */
export async function sweepNetworks({ engine, hostId, exists }: NetworkSweepOptions): Promise<void> {
  for (const network of await engine.listNetworks(hostId)) {
    if (!exists(network.internalId)) await engine.removeNetwork(network.name, hostId);
  }
  await engine.removeNetwork(sharedNetwork(hostId), hostId);
}
