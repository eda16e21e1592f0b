import { LightdeckError } from '../../../shared/errors.ts';
import type { CreateContainerBody } from '../../../shared/http/container-body.ts';
import {
  createContainer,
  getContainer,
  killContainer,
  listContainers,
  restartContainer,
  startContainer,
  stopContainer,
} from '../../../shared/http/containers.ts';
import { noResourceSettings } from '../../../shared/model/resources.ts';
import type { PortBinding, ServerDefinition } from '../../../shared/model/server.ts';
import type { PowerAction } from '../../../shared/protocol/client-events.ts';
import type { Grant } from '../../auth/contract.ts';
import { everyServer } from '../../auth/grant.ts';
import { requireScope } from '../../auth/require-scope.ts';
import { acceptedEnvironment, withAcceptance } from '../../eggs/accept-eula.ts';
import type { Log } from '../../lib/log.ts';
import type { Holders, PortPool } from '../../network/contract.ts';
import type { Servers } from '../../servers/contract.ts';
import { existingServer } from '../../servers/existing-server.ts';
import { startOnceInstalled } from '../../servers/start-once-installed.ts';
import type { Volumes } from '../../volumes/contract.ts';
import { mountUse, refuseNested } from '../../volumes/mount-guard.ts';
import { checkDataPath, checkMounts, checkReadOnly } from '../../volumes/mounts.ts';
import { container } from '../container-reply.ts';
import type { RouteMounter } from '../route-mounter.ts';

export interface ContainerRoutesOptions {
  servers: Servers;
  ports: PortPool;
  volumes: Volumes;
  allowedMounts: () => string[];
  now: () => number;
  log: Log;
}

export function mountContainers(mounter: RouteMounter, options: ContainerRoutesOptions): void {
  const { servers, ports, log } = options;

  mounter.mount(createContainer)(async ({ body, grant }) => {
    // A new server names its volume and mounts freely: not for a token that is bound to some servers.
    requireScope(grant, 'containers.write', everyServer);
    if (body.start) requireScope(grant, 'power', everyServer);
    await servers.whenReconciled();
    const held = await ports.holders(body.ports);
    create(body, options, held);
    if (body.start) startOnceInstalled(body.internal_id, { servers, log, by: grant.label });
    return { message: 'Container creation started', internal_id: body.internal_id, state: 'installing' };
  });

  mounter.mount(listContainers)(({ grant }) => ({
    containers: servers
      .list()
      .filter(({ definition }) => grant.may('containers.read', definition.internal_id))
      .map(container),
  }));

  mounter.mount(getContainer)(({ params }) => container(existingServer(servers, params.id)));

  mountPower(mounter, servers);
}

function mountPower(mounter: RouteMounter, servers: Servers): void {
  const act =
    <A extends PowerAction>(action: A) =>
    async ({ params, grant }: { params: { id: string }; grant: Grant }) => {
      existingServer(servers, params.id);
      await servers.whenReconciled();
      servers.power(params.id, action, grant.label);
      return { message: `Container ${action} initiated` as const, internal_id: params.id };
    };
  mounter.mount(startContainer)(act('start'));
  mounter.mount(stopContainer)(act('stop'));
  mounter.mount(restartContainer)(act('restart'));
  mounter.mount(killContainer)(act('kill'));
}

/**
 * A5, A8. Without an await, so that between the check of the id, the claim of the ports and the creation nobody comes in
 * between. The id is checked before the claim: a failed create must not release the ports of the server that has the id.
 */
function create(
  body: CreateContainerBody,
  { servers, ports, volumes, allowedMounts, now }: Omit<ContainerRoutesOptions, 'log'>,
  held: Holders,
): void {
  const id = body.internal_id;
  if (servers.get(id)) throw new LightdeckError('conflict', `A container with the id ${id} exists already`);
  if (!volumes.get(body.volume_id)) throw new LightdeckError('not_found', 'Volume not found');
  const mount = checkMounts(body.mount, allowedMounts());
  const read_only_mounts = checkReadOnly(body.read_only_mounts, mount);
  checkDataPath(body.data_path, mount);
  refuseNested(
    mountUse({ internal_id: id, mount, read_only_mounts, volume_id: body.volume_id }, volumes),
    servers.list().map(({ definition }) => mountUse(definition, volumes)),
  );
  const bindings = ports.claim(body.ports, id, held);
  try {
    servers.create(
      define({
        body: { ...body, read_only_mounts },
        mount,
        ports: bindings,
        seconds: Math.floor(now() / 1000),
      }),
    );
  } catch (error) {
    ports.release(id);
    throw error;
  }
}

function define(parts: {
  body: CreateContainerBody;
  mount: Record<string, string>;
  ports: PortBinding[];
  seconds: number;
}): ServerDefinition {
  const { mount, ports, seconds } = parts;
  const { accept_eula, start: _start, ...body } = parts.body;
  return {
    ...body,
    ...(accept_eula
      ? {
          config_files: withAcceptance(body.config_files),
          environment: acceptedEnvironment(body.environment),
        }
      : {}),
    name: body.name ?? body.internal_id,
    mount,
    ports,
    resources: noResourceSettings,
    host_user_problem: null,
    image_pin: null,
    adopted: null,
    created_at: seconds,
    updated_at: seconds,
  };
}
