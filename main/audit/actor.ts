import { hasCrashed, type LastExit } from '../../shared/model/server.ts';
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

/** An end that is put on record this much later (ms) has its own time beside the row's. */
const lateMs = 5000;

/**
 * The end of a server's run, whoever's wish it was, if anybody's. `now` is Unix milliseconds: the host may have been away when it came.
 * `isCorrection`: it is on record already, and what it came of has become known since.
 */
export function exitEntry(
  exit: LastExit,
  { container, now, isCorrection }: { container: string; now: number; isCorrection: boolean },
): Omit<AuditEntry, 'at'> {
  if (isCorrection) return hostEntry({ action: 'end explained', container, detail: exit.reason });
  const when = now - exit.at > lateMs ? `at ${new Date(exit.at).toISOString()}` : '';
  const isCrash: boolean = hasCrashed(exit);
  if (isCrash) return { ...hostEntry({ action: 'crash', container, detail: when }), result: exit.reason };
  const detail = when === '' ? exit.reason : `${exit.reason}, ${when}`;
  return hostEntry({ action: 'exit', container, detail });
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
