import { rebindNetwork } from '../../../shared/http/container-network.ts';
import type { PortPool } from '../../network/contract.ts';
import type { Servers } from '../../servers/contract.ts';
import { existingServer } from '../../servers/existing-server.ts';
import type { RouteMounter } from '../route-mounter.ts';

export interface ContainerNetworkOptions {
  servers: Servers;
  ports: PortPool;
  /** Unix milliseconds. */
  now: () => number;
}

/** A5. */
export function mountContainerNetwork(
  mounter: RouteMounter,
  { servers, ports, now }: ContainerNetworkOptions,
): void {
  mounter.mount(rebindNetwork)(async ({ params: { id }, body, grant }) => {
    existingServer(servers, id);
    await servers.whenReconciled();
    const held = await ports.holders(body.ports);
    // Between here and the claim nobody comes in between.
    existingServer(servers, id);
    const updatedAt = Math.floor(now() / 1000);
    servers.rebind(id, { requests: body.ports, held, updatedAt }, grant.label);
    return { message: 'Network rebinding started', internal_id: id };
  });
}
