import {
  addPort,
  bulkDeletePorts,
  checkPort,
  deletePort,
  getPort,
  listPorts,
  type PortView,
  randomPort,
  usePort,
} from '../../../shared/http/ports.ts';
import type { PortPool, PortState } from '../../network/contract.ts';
import type { RouteMounter } from '../route-mounter.ts';

export function mountPorts(mounter: RouteMounter, { ports }: { ports: PortPool }): void {
  mounter.mount(addPort)(({ body: { end_port, ...port } }) => {
    const message = 'Port added to pool' as const;
    if (end_port === undefined) {
      const { ip, port: number, protocol } = ports.add(port);
      return { message, ip, port: number, protocol };
    }
    const { ip, added, existing } = ports.addRange({ ...port, endPort: end_port });
    return { message, ...port, ip, end_port, added, existing };
  });

  mounter.mount(listPorts)(async () => ({ ports: (await ports.list()).map(view) }));

  mounter.mount(checkPort)(async ({ query: { container = null, ...key } }) => {
    const { inPool, nextFree, ...port } = await ports.check(key, container);
    return { ...view(port), in_pool: inPool, next_free: nextFree };
  });

  mounter.mount(randomPort)(async ({ query }) => view(await ports.random(query.protocol ?? null)));

  mounter.mount(getPort)(async ({ params, query }) =>
    view(await ports.get({ ...params, protocol: query.protocol ?? null })),
  );

  mounter.mount(deletePort)(async ({ params, query }) => {
    await ports.remove({ ...params, protocol: query.protocol ?? null });
    return { message: 'Port deleted from pool' };
  });

  mounter.mount(usePort)(async ({ params, query, body }) => {
    const name = { ...params, protocol: query.protocol ?? null };
    const { ip, port, inUse } = await ports.setInUse(name, body.in_use);
    return { message: 'Port usage updated', ip, port, in_use: inUse };
  });

  mounter.mount(bulkDeletePorts)(async ({ body }) => {
    const names = body.ports.map((name) => ({ ...name, protocol: name.protocol ?? null }));
    const { deleted, skipped } = await ports.removeAll(names);
    return { message: `Deleted ${deleted} ports from pool`, deleted_count: deleted, skipped };
  });
}

function view({ ip, port, protocol, inUse, used_by, reserved, heldBy }: PortState): PortView {
  return { ip, port, protocol, in_use: inUse, used_by, reserved, held_by: heldBy };
}
