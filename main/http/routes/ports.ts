import { addPort, listPorts } from '../../../shared/http/ports.ts';
import type { PortPool } from '../../network/port-pool.ts';
import type { RouteMounter } from '../route-mounter.ts';

export function mountPorts(mounter: RouteMounter, { ports }: { ports: PortPool }): void {
  mounter.mount(addPort)(({ body }) => {
    const { ip, port, protocol } = ports.add(body);
    return { message: 'Port added to pool', ip, port, protocol };
  });

  mounter.mount(listPorts)(() => ({
    ports: ports.list().map(({ ip, port, protocol, used_by, reserved }) => ({
      ip,
      port,
      protocol,
      in_use: used_by !== null || reserved,
      used_by,
    })),
  }));
}
