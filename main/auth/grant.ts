import { LightdeckError } from '../../shared/errors.ts';
import type { Scope } from '../../shared/scopes.ts';
import type { StoredToken } from '../store/contract.ts';
import type { Grant } from './contract.ts';

/**
 * Stands for "any server there is or will be" in `Grant.may`: only tokens that are not bound to some servers may that.
 * No server can have this id.
 */
export const everyServer = '*';

/** Scopes over one server's affairs; a token that is bound to servers has these for them alone. */
const serverScopes: ReadonlySet<Scope> = new Set<Scope>([
  'containers.read',
  'containers.write',
  'console.read',
  'console.send',
  'power',
  'files.read',
  'files.write',
  'schedules',
  'backups',
  'system',
]);

export const masterGrant: Grant = {
  tokenId: null,
  label: 'master',
  containers: null,
  expiresAt: null,
  may: () => true,
};

/** What nobody in particular may do: the caller of a public route. */
export const nobody: Grant = {
  tokenId: null,
  label: '',
  containers: null,
  expiresAt: null,
  may: () => false,
};

/** Throws LightdeckError `invalid` where somebody would be given what the master alone has. */
export function refuseTokensScope(scopes: readonly Scope[] | null): void {
  if (scopes?.includes('tokens'))
    throw new LightdeckError('invalid', 'scopes: tokens belongs to the master token alone');
}

/** http.md, Scopes: a token without scopes has all but `tokens`, which only the master has, whatever a token says. */
export function tokenGrant(
  token: Pick<StoredToken, 'id' | 'label' | 'containers' | 'expires_at' | 'scopes'>,
): Grant {
  return {
    tokenId: token.id,
    label: token.label,
    containers: token.containers,
    expiresAt: token.expires_at,
    may(scope, server) {
      if (scope === 'tokens' || (token.scopes && !token.scopes.includes(scope))) return false;
      if (server === undefined || token.containers === null || !serverScopes.has(scope)) return true;
      return token.containers.includes(server);
    },
  };
}
