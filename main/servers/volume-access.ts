import { LightdeckError } from '../../shared/errors.ts';
import type { Scope } from '../../shared/scopes.ts';
import type { Grant } from '../auth/contract.ts';
import { everyServer } from '../auth/grant.ts';
import type { StoredVolume } from '../store/contract.ts';
import type { Volumes } from '../volumes/contract.ts';
import type { Servers } from './contract.ts';

export interface VolumeAccess {
  volumes: Volumes;
  servers: Servers;
}

/** The volumes of the servers that the token is bound to, or all. */
export function visibleVolumes(grant: Grant, scope: Scope, servers: Servers): 'all' | ReadonlySet<string> {
  if (grant.may(scope, everyServer)) return 'all';
  const own = servers.list().filter(({ definition }) => grant.may(scope, definition.internal_id));
  return new Set(own.map(({ definition }) => definition.volume_id));
}

/**
 * The volume, if the grant has `scope` for it: a token that is bound to servers, for theirs alone. Throws LightdeckError
 * `not_found`; a volume that the token may not see is told in the same words, so that nobody can find out which ones there are.
 */
export function requireVolume(grant: Grant, scope: Scope, id: string, access: VolumeAccess): StoredVolume {
  const volume = access.volumes.get(id);
  const visible = visibleVolumes(grant, scope, access.servers);
  if (!volume || (visible !== 'all' && !visible.has(id)))
    throw new LightdeckError('not_found', 'Volume not found');
  return volume;
}
