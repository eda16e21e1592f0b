import { type PatternMatcher, valueProblem } from '../../../shared/eggs/check-value.ts';
import { LightdeckError } from '../../../shared/errors.ts';
import { changeContainer, setVariables, setVolumes } from '../../../shared/http/container-changes.ts';
import { getResources, updateResources } from '../../../shared/http/resources.ts';
import { resourcesInForce } from '../../../shared/model/resources.ts';
import { type ServerVariable, withValues } from '../../../shared/model/server-variable.ts';
import { everyServer } from '../../auth/grant.ts';
import { requireScope } from '../../auth/require-scope.ts';
import type { Servers } from '../../servers/contract.ts';
import { existingServer } from '../../servers/existing-server.ts';
import type { Volumes } from '../../volumes/contract.ts';
import { mountUse, refuseNested } from '../../volumes/mount-guard.ts';
import { checkDataPath, checkMounts, checkReadOnly } from '../../volumes/mounts.ts';
import { container } from '../container-reply.ts';
import { requireRevision } from '../revision.ts';
import type { RouteMounter } from '../route-mounter.ts';

export interface ContainerChangeRoutesOptions {
  servers: Servers;
  volumes: Pick<Volumes, 'get'>;
  allowedMounts: () => string[];
}

export function mountContainerChanges(
  mounter: RouteMounter,
  { servers, volumes, allowedMounts }: ContainerChangeRoutesOptions,
): void {
  mounter.mount(changeContainer)(({ params: { id }, query, body }) => {
    const { definition } = existingServer(servers, id);
    requireRevision(definition, query.revision);
    if (body.data_path !== undefined) checkDataPath(body.data_path, definition.mount);
    const { startup_command, entrypoint } = { ...definition, ...body };
    if (startup_command === '' && entrypoint === 'shell')
      throw new LightdeckError('invalid', 'startup_command: must not be empty, unless entrypoint is image');
    const { name, ...rest } = body;
    const restart_required = servers.change(id, name === undefined ? rest : { ...rest, name: name ?? id });
    return { ...container(existingServer(servers, id)), restart_required };
  });

  mounter.mount(setVariables)(async ({ params: { id }, query, body }) => {
    existingServer(servers, id);
    // Loaded when first used: most hosts never change one.
    const { matchesPattern } = await import('../../../shared/eggs/pattern.ts');
    const { definition } = existingServer(servers, id);
    requireRevision(definition, query.revision);
    const values = new Map(Object.entries(body.values));
    checkValues(definition.variables, values, matchesPattern);
    const environment = withValues(definition.environment, definition.variables, values);
    const restart_required = servers.change(id, { environment });
    return { ...container(existingServer(servers, id)), restart_required };
  });

  mounter.mount(getResources)(({ params }) =>
    resourcesInForce(existingServer(servers, params.id).definition),
  );

  mounter.mount(updateResources)(async ({ params, query, body }) => {
    existingServer(servers, params.id);
    await servers.whenReconciled();
    requireRevision(existingServer(servers, params.id).definition, query.revision);
    const done = servers.updateResources(params.id, body);
    return { message: query.wait ? await done : 'Resource update started' };
  });

  mounter.mount(setVolumes)(({ params, query, body, grant }) => {
    // As with a create request: what is on the host is not for a token that is bound to some servers.
    requireScope(grant, 'containers.write', everyServer);
    const { definition } = existingServer(servers, params.id);
    requireRevision(definition, query.revision);
    const mount = checkMounts(body.volumes, allowedMounts());
    const read_only_mounts = checkReadOnly(body.read_only_mounts, mount);
    checkDataPath(definition.data_path, mount);
    refuseNested(
      mountUse({ ...definition, mount, read_only_mounts }, volumes),
      servers.list().map((other) => mountUse(other.definition, volumes)),
    );
    servers.change(params.id, { mount, read_only_mounts });
    return { message: 'Volumes updated (restart container to apply changes)' };
  });
}

/** E3. Throws LightdeckError `invalid` that names the first value which its rules don't take, or which the recipe doesn't ask for. */
function checkValues(
  variables: readonly ServerVariable[],
  values: ReadonlyMap<string, string>,
  matches: PatternMatcher,
): void {
  for (const [key, value] of values) {
    const variable = variables.find((one) => one.key === key);
    const problem = variable
      ? valueProblem(variable, value, matches)
      : 'is none of the variables that this server’s recipe asks for';
    if (problem !== null) throw new LightdeckError('invalid', `values.${key}: ${problem}`);
  }
}
