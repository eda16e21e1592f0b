import { LightdeckError } from '../../../shared/errors.ts';
import { reinstallContainer } from '../../../shared/http/container-install.ts';
import type { WireState } from '../../../shared/model/server.ts';
import type { Backups } from '../../backups/contract.ts';
import type { Operations } from '../../operations/operations.ts';
import type { InstallChanges, Servers } from '../../servers/contract.ts';
import { existingServer } from '../../servers/existing-server.ts';
import type { RouteMounter } from '../route-mounter.ts';

export interface ContainerInstallOptions {
  servers: Servers;
  backups: Pick<Backups, 'restorePoint'>;
  operations: Pick<Operations, 'start'>;
  /** Unix milliseconds. */
  now: () => number;
}

/** A6. */
export function mountContainerInstall(mounter: RouteMounter, options: ContainerInstallOptions): void {
  const { servers, now } = options;
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
    const started = { message: 'Container reinstall started', internal_id: id } as const;
    if (body.restore_point)
      return { ...started, operation: afterRestorePoint(options, id, changes, grant.label) };
    servers.reinstall(id, changes, grant.label);
    return { ...started, operation: null };
  });
}

const atRest: ReadonlySet<WireState> = new Set(['installed', 'exit', 'failed']);

/** Begins it when a restore point is there, and not at all where there is none. The operation's id. */
function afterRestorePoint(
  { servers, backups, operations }: ContainerInstallOptions,
  id: string,
  changes: InstallChanges,
  by: string,
): string {
  const { state, definition } = existingServer(servers, id);
  // Rather told now than after minutes.
  if (!atRest.has(state)) throw new LightdeckError('busy', `Stop ${definition.name} first: it is ${state}`);
  const { operation } = operations.start({
    kind: 'reinstall',
    container: id,
    title: `Reinstall ${definition.name}, with a restore point before`,
    scope: 'containers.write',
    by,
    async run(run) {
      const { id: backup } = await backups.restorePoint(id, 'before a reinstall', run);
      run.signal.throwIfAborted();
      servers.reinstall(id, changes, by);
      return { backup };
    },
  });
  return operation.id;
}
