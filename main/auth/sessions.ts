import { randomUUID } from 'node:crypto';
import { LightdeckError } from '../../shared/errors.ts';
import type { Store, StoredSession } from '../store/contract.ts';
import type { AuthResult, Grant } from './contract.ts';
import { tokenGrant } from './grant.ts';
import { sameHash, sha256 } from './hash.ts';
import { newToken } from './new-token.ts';

/** How long a pairing link works, a session lives without being renewed, and the secret before a renewal is still good; in ms. */
const pairingMs = 5 * 60_000;
const sessionMs = 12 * 3_600_000;
const handoverMs = 60_000;
/** `seen_at` is not written more often than this, in ms. */
const seenEveryMs = 30_000;
/** Links that are open at once (the oldest ends), and sessions (no more are let in). */
const maxPairings = 20;
const maxSessions = 1000;

export interface SessionSecret {
  secret: string;
  id: string;
  /** Unix milliseconds. */
  expiresAt: number;
}

/** Browsers that are let in by a link: single-use links, kept in memory alone, and the sessions that come of them. */
export class Sessions {
  private readonly store: Store;
  private readonly now: () => number;
  /** By the secret's hash; when each expires. */
  private readonly pairings = new Map<string, number>();

  constructor({ store, now }: { store: Store; now: () => number }) {
    this.store = store;
    this.now = now;
  }

  /** A secret that is good for one call of `open`, for five minutes. */
  pair(): { secret: string; expiresAt: number } {
    const [oldest] = this.pairings.keys();
    if (oldest !== undefined && this.pairings.size >= maxPairings) this.pairings.delete(oldest);
    const secret = newToken();
    const expiresAt = this.now() + pairingMs;
    this.pairings.set(sha256(secret), expiresAt);
    return { secret, expiresAt };
  }

  /** Uses a link up. Null for what is no link that this host has made (and remembers). */
  redeem(secret: string): 'ok' | 'expired' | null {
    const hash = sha256(secret);
    const expiresAt = this.pairings.get(hash);
    if (expiresAt === undefined) return null;
    this.pairings.delete(hash);
    return expiresAt > this.now() ? 'ok' : 'expired';
  }

  /** Throws LightdeckError `conflict` when there are too many. */
  open({ label, address }: { label: string; address: string }): SessionSecret {
    if (this.list().length >= maxSessions) {
      throw new LightdeckError('conflict', `There are ${maxSessions} sessions already; end some first`);
    }
    const now = this.now();
    const secret = newToken();
    const session: StoredSession = {
      id: randomUUID(),
      hash: sha256(secret),
      old_hash: null,
      old_until: null,
      label,
      address,
      created_at: now,
      seen_at: now,
      expires_at: now + sessionMs,
    };
    this.store.sessions.put(session);
    return { secret, id: session.id, expiresAt: session.expires_at };
  }

  /**
   * A new secret for the session of this id; the one before is good for another minute, for what is under way. Null if there
   * is no such session.
   */
  renew(id: string): SessionSecret | null {
    const session = this.list().find((one) => one.id === id);
    if (!session) return null;
    const now = this.now();
    const secret = newToken();
    const expiresAt = now + sessionMs;
    this.store.sessions.put({
      ...session,
      hash: sha256(secret),
      old_hash: session.hash,
      old_until: Math.min(now + handoverMs, session.expires_at),
      seen_at: now,
      expires_at: expiresAt,
    });
    return { secret, id, expiresAt };
  }

  /** Null if the secret is no session's. */
  check(secret: string, address: string): AuthResult | null {
    const hash = sha256(secret);
    const session = this.store.sessions.byHash(hash);
    if (!session) return null;
    const now = this.now();
    const isOld = !sameHash(hash, session.hash);
    const expiresAt = isOld ? (session.old_until ?? 0) : session.expires_at;
    if (expiresAt <= now) return { ok: false, reason: 'expired' };
    if (!isOld && (now - session.seen_at >= seenEveryMs || session.address !== address))
      this.store.sessions.put({ ...session, seen_at: now, address });
    return { ok: true, grant: sessionGrant(session, expiresAt) };
  }

  list(): StoredSession[] {
    const now = this.now();
    return this.store.sessions.all().filter((session) => session.expires_at > now);
  }

  remove(id: string): boolean {
    return this.store.sessions.remove(id);
  }

  purge(before: number): void {
    for (const [hash, expiresAt] of this.pairings) if (expiresAt < before) this.pairings.delete(hash);
    this.store.sessions.purge(before);
  }
}

/** All but `tokens`, as a token without scopes has it. */
function sessionGrant({ id, label }: StoredSession, expiresAt: number): Grant {
  return tokenGrant({ id, label, scopes: null, containers: null, expires_at: expiresAt });
}
