import { LightdeckError } from '../../../shared/errors.ts';
import {
  createToken,
  deleteToken,
  listTokens,
  readSelf,
  type TokenView,
} from '../../../shared/http/tokens.ts';
import { scopes } from '../../../shared/scopes.ts';
import type { Auth } from '../../auth/contract.ts';
import { parseTtl } from '../../auth/ttl.ts';
import type { StoredToken } from '../../store/contract.ts';
import type { RouteMounter } from '../route-mounter.ts';

/** A2. */
export function mountTokens(mounter: RouteMounter, { auth }: { auth: Auth }): void {
  mounter.mount(createToken)(({ body }) => {
    const { secret, stored } = auth.create({
      ttlMs: parseTtl(body.ttl),
      removeOnUse: body.remove_on_use,
      label: body.label,
      scopes: body.scopes,
      containers: body.containers,
    });
    return { token: secret, expires_at: instant(stored.expires_at), id: stored.id };
  });

  mounter.mount(listTokens)(() => ({ tokens: auth.list().map(view) }));

  mounter.mount(readSelf)(({ grant }) => ({
    label: grant.label,
    scopes: scopes.filter((scope) => grant.may(scope)),
    containers: grant.containers && [...grant.containers],
    expires_at: grant.expiresAt === null ? null : instant(grant.expiresAt),
  }));

  mounter.mount(deleteToken)(({ params }) => {
    if (!auth.revoke(params.id)) throw new LightdeckError('not_found', 'Token not found');
    return { message: 'Token revoked successfully' };
  });
}

function view(token: StoredToken): TokenView {
  return {
    id: token.id,
    label: token.label,
    scopes: token.scopes,
    containers: token.containers,
    created_at: instant(token.created_at),
    expires_at: instant(token.expires_at),
    remove_on_use: token.remove_on_use,
    used_at: token.used_at === null ? null : instant(token.used_at),
  };
}

const instant = (ms: number) => new Date(ms).toISOString();
