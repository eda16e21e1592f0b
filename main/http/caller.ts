import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { LightdeckError } from '../../shared/errors.ts';
import { type Route, vendorType } from '../../shared/http/route.ts';
import type { Auth, AuthFailure, Grant } from '../auth/contract.ts';
import { nobody } from '../auth/grant.ts';
import { requireScope } from '../auth/require-scope.ts';
import { idempotencyKey } from './answered-calls.ts';

/**
 * Who calls. Whether they may call this route is found out in this order, the first failure answers:
 * 1. the token (A1: 401; A3: 429), which consumes a single-use one even if the request then fails;
 * 2. the vendor header (A1: 403);
 * 3. the scope, for the server in the path where there is one (403): `checkScope`.
 * Only then is the body read and the input checked (400), and last the handler finds what is missing or taken (404, 409).
 */
export function identify(route: Route, request: IncomingMessage, address: string, auth: Auth): Grant {
  if (route.access === 'public') return nobody;
  const secret = bearer(request.headers.authorization);
  const result =
    route.access === 'pairing'
      ? auth.redeem(secret, address, idempotencyKey(request.headers))
      : auth.authenticate(secret, address);
  if (!result.ok) throw refusal(result.reason);
  if (!request.headers.accept?.toLowerCase().includes(vendorType.toLowerCase())) {
    throw new LightdeckError('vendor_header', `Invalid vendor header: send "Accept: ${vendorType}"`);
  }
  return result.grant;
}

/** Whose the keys of a call are (A17): its token's, or its pairing link's, which becomes a token only by this call. '' is the master's. */
export function callerOf(route: Route, { authorization = '' }: IncomingHttpHeaders, grant: Grant): string {
  if (route.access !== 'pairing') return grant.tokenId ?? '';
  return createHash('sha256').update(authorization).digest('hex');
}

/** The third step. */
export function checkScope(route: Route, grant: Grant, params: Record<string, string>): void {
  if (route.access === 'public' || route.access === 'pairing' || route.access === 'any') return;
  if (route.access === 'master') {
    if (grant.tokenId !== null) throw new LightdeckError('not_permitted', 'not permitted: tokens');
    return;
  }
  requireScope(grant, route.access, route.server === undefined ? undefined : (params[route.server] ?? ''));
}

/** The secret of `Authorization: Bearer …`, null if there is none. */
function bearer(header: string | undefined): string | null {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? null;
}

/** A used or unknown token is told like a missing one: which of them it was is nobody's business. */
function refusal(reason: AuthFailure): LightdeckError {
  switch (reason) {
    case 'rate_limited':
      return new LightdeckError(
        'rate_limited',
        'Too many failed authentications from this address: wait a minute',
      );
    case 'expired':
      return new LightdeckError('token_expired', 'Token expired');
    case 'missing':
    case 'unknown':
    case 'used':
      return new LightdeckError('unauthorized', 'Missing or invalid authorization token');
  }
}
