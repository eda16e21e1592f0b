import type { AuthFailure, Grant } from '../auth/contract.ts';
import { plainAddress } from '../lib/address.ts';
import type { AuditEntry } from './contract.ts';

/** The name of whoever holds the token; a token without a label is told by its id, which is no secret. */
export function actorOf(grant: Grant): string {
  return grant.label || (grant.tokenId === null ? '' : `token ${grant.tokenId}`);
}

/** What the host does by itself to a server. */
export function hostEntry(what: {
  action: string;
  container: string;
  detail: string;
}): Omit<AuditEntry, 'at'> {
  return { ...what, actor: 'host', address: '', via: 'host', volume: null, result: 'ok' };
}

/** A token that was refused, by HTTP or by socket: nobody knows whose it was meant to be. */
export function refusedToken(refusal: { address: string; reason: AuthFailure }): Omit<AuditEntry, 'at'> {
  return {
    actor: '',
    address: plainAddress(refusal.address),
    via: 'http',
    action: 'authenticate',
    container: null,
    volume: null,
    detail: '',
    result: refusedWords[refusal.reason],
  };
}

const refusedWords: Record<AuthFailure, string> = {
  missing: 'no token',
  unknown: 'unknown token',
  expired: 'expired token',
  used: 'single-use token that was used before',
  rate_limited: 'too many failed authentications from this address',
};
