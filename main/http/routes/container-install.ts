import { reinstallContainer } from '../../../shared/http/container-install.ts';
import type { Servers } from '../../servers/contract.ts';
import { existingServer } from '../../servers/existing-server.ts';
import type { RouteMounter } from '../route-mounter.ts';

/** A6. */
export function mountContainerInstall(
  mounter: RouteMounter,
  { servers, now }: { servers: Servers; now: () => number },
): void {
  mounter.mount(reinstallContainer)(async ({ params: { id }, body, grant }) => {
    existingServer(servers, id);
    await servers.whenReconciled();
    const { image, install_script } = body;
    const changes = {
      updated_at: Math.floor(now() / 1000),
      ...(image ? { image } : {}),
      // Null is like leaving it out; an empty one is none.
      ...(typeof install_script === 'string' ? { install_script: install_script || null } : {}),
    };
    servers.reinstall(id, changes, grant.label);
    return { message: 'Container reinstall started', internal_id: id };
  });
}
