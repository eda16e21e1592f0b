import { randomUUID } from 'node:crypto';
import { LightdeckError } from '../../shared/errors.ts';
import type { Store, StoredSession } from '../store/contract.ts';
import { DeferredWrite } from '../store/deferred-write.ts';
import type { StoreHealth } from '../store/health.ts';
import type { AuthResult, Grant, SessionRights } from './contract.ts';
import { nobody, refuseTokensScope, tokenGrant } from './grant.ts';
import { newToken, sameHash, sha256 } from './secrets.ts';

/** How long a pairing link works, a session lives without being renewed, and the secret before a renewal is still good; in ms. */
const pairingMs = 5 * 60_000;
const sessionMs = 12 * 3_600_000;
const handoverMs = 60_000;
/** How long a used link is good for the client that used it, in ms: far longer than it goes on asking. */
const usedMs = 60_000;
/** `seen_at` is not noted more often than this, in ms. */
const seenEveryMs = 30_000;
/** Links that are open at once (the oldest ends), and sessions (no more are let in). */
const maxPairings = 20;
/** Used links that are known at once; then the oldest is forgotten. */
const maxUsed = 100;
const maxSessions = 1000;

export interface SessionSecret {
  secret: string;
  id: string;
  /** Unix milliseconds. */
  expiresAt: number;
}

export interface SessionsOptions {
  store: Store;
  /** Unix milliseconds. */
  now: () => number;
  health?: StoreHealth | undefined;
}

type Seen = Pick<StoredSession, 'seen_at' | 'address'>;

/** A link that nobody has used yet. */
interface Pairing {
  rights: SessionRights;
  /** Unix milliseconds. */
  expiresAt: number;
}

/** A link that was used. */
interface Redeemed {
  hash: string;
  pairing: Pairing;
  /** What became of it; null as long as nothing did. */
  session: SessionSecret | null;
}

/** Who used a link, to be known again when the answer was lost (A17). */
interface Use {
  key: string;
  grant: Grant;
  /** Unix milliseconds. */
  until: number;
}

/** Browsers that are let in by a link: single-use links, kept in memory alone, and the sessions that come of them. */
export class Sessions {
  private readonly store: Store;
  private readonly now: () => number;
  /** By the secret's hash. */
  private readonly pairings = new Map<string, Pairing>();
  /** What each link was that a grant came of, to give it back if no session can be made. */
  private readonly redeemed = new WeakMap<Grant, Redeemed>();
  /** By the link's hash. */
  private readonly uses = new Map<string, Use>();
  /**
   * When and where sessions were last seen, as far as that isn't written yet: by their ids, so no more than there are
   * sessions. Whether it can be written decides about nothing: a full disk signs nobody out.
   */
  private readonly unwritten = new Map<string, Seen>();
  private readonly seen: DeferredWrite;

  constructor({ store, now, health }: SessionsOptions) {
    this.store = store;
    this.now = now;
    this.seen = new DeferredWrite({ what: 'sessions', write: () => this.writeSeen(), health });
  }

  /**
   * A secret that is good for one call of `open`, for five minutes. The session has these rights and no others. Throws
   * LightdeckError `invalid` if they have `tokens` among them.
   */
  pair(rights: SessionRights): { secret: string; expiresAt: number } {
    refuseTokensScope(rights.scopes);
    const [oldest] = this.pairings.keys();
    if (oldest !== undefined && this.pairings.size >= maxPairings) this.pairings.delete(oldest);
    const secret = newToken();
    const expiresAt = this.now() + pairingMs;
    this.pairings.set(sha256(secret), { rights, expiresAt });
    return { secret, expiresAt };
  }

  /**
   * Uses a link up; by the same `key` once more, see `Auth.redeem`. Null for what is no link that this host has made (and
   * remembers).
   */
  redeem(secret: string, key: string | null): AuthResult | null {
    const hash = sha256(secret);
    const use = this.uses.get(hash);
    if (use && use.key === key && use.until > this.now()) return { ok: true, grant: use.grant };
    const pairing = this.pairings.get(hash);
    if (pairing === undefined) return null;
    this.pairings.delete(hash);
    if (pairing.expiresAt <= this.now()) return { ok: false, reason: 'expired' };
    // May nothing but become a session.
    const grant = { ...nobody, label: 'pairing link' };
    this.redeemed.set(grant, { hash, pairing, session: null });
    if (key !== null) this.remember(hash, { key, grant, until: this.now() + usedMs });
    return { ok: true, grant };
  }

  /**
   * `by` is the grant that `redeem` gave. Throws LightdeckError `conflict` when there are too many, `disk_full` or `internal`
   * when the session can't be written; then the link is as good as before, since nobody came in by it.
   */
  open({ label, address, by }: { label: string; address: string; by: Grant }): SessionSecret {
    const link = this.redeemed.get(by);
    if (!link)
      throw new LightdeckError('not_permitted', 'not permitted: only a pairing link becomes a session');
    if (link.session) return link.session;
    if (this.list().length >= maxSessions) {
      throw new LightdeckError('conflict', `There are ${maxSessions} sessions already; end some first`);
    }
    try {
      link.session = this.make(label, address, link.pairing.rights);
      // It was given back if it had failed before.
      this.pairings.delete(link.hash);
      return link.session;
    } catch (error) {
      this.pairings.set(link.hash, link.pairing);
      throw error;
    }
  }

  private remember(hash: string, use: Use): void {
    const [oldest] = this.uses.keys();
    if (oldest !== undefined && this.uses.size >= maxUsed) this.uses.delete(oldest);
    this.uses.set(hash, use);
  }

  private make(label: string, address: string, rights: SessionRights): SessionSecret {
    const now = this.now();
    const secret = newToken();
    const endsAt = rights.ttlMs === null ? null : now + rights.ttlMs;
    const session: StoredSession = {
      id: randomUUID(),
      hash: sha256(secret),
      old_hash: null,
      old_until: null,
      label,
      address,
      created_at: now,
      seen_at: now,
      expires_at: sessionEnd(now, endsAt),
      scopes: rights.scopes,
      containers: rights.containers,
      ends_at: endsAt,
    };
    this.store.sessions.put(session);
    return { secret, id: session.id, expiresAt: session.expires_at };
  }

  /**
   * A new secret for the session of this id; the one before is good for another minute, for what is under way. Null if there
   * is no such session. Renewing never moves its end beyond what its link said.
   */
  renew(id: string): SessionSecret | null {
    const session = this.list().find((one) => one.id === id);
    if (!session) return null;
    const now = this.now();
    const secret = newToken();
    const expiresAt = sessionEnd(now, session.ends_at);
    this.store.sessions.put({
      ...session,
      hash: sha256(secret),
      old_hash: session.hash,
      old_until: Math.min(now + handoverMs, session.expires_at),
      seen_at: now,
      expires_at: expiresAt,
    });
    this.unwritten.delete(id);
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
    if (!isOld) this.note(session, { seen_at: now, address });
    return { ok: true, grant: sessionGrant(session, expiresAt) };
  }

  list(): StoredSession[] {
    const now = this.now();
    return this.store.sessions
      .all()
      .filter((session) => session.expires_at > now)
      .map((session) => ({ ...session, ...this.unwritten.get(session.id) }));
  }

  /** False if there is none of that id. Throws LightdeckError `disk_full` or `internal` when it can't be written: it is still good then. */
  remove(id: string): boolean {
    const isRemoved = this.store.sessions.remove(id);
    this.unwritten.delete(id);
    return isRemoved;
  }

  /** Writes what is left to write. */
  close(): void {
    this.seen.close();
  }

  private note(session: StoredSession, seen: Seen): void {
    const known = this.unwritten.get(session.id) ?? session;
    if (seen.seen_at - known.seen_at < seenEveryMs && known.address === seen.address) return;
    this.unwritten.set(session.id, seen);
    this.seen.request();
  }

  private writeSeen(): void {
    if (this.unwritten.size === 0) return;
    this.store.transaction(() => {
      for (const session of this.store.sessions.all()) {
        const seen = this.unwritten.get(session.id);
        if (seen) this.store.sessions.put({ ...session, ...seen });
      }
    });
    this.unwritten.clear();
  }

  purge(before: number): void {
    for (const [hash, { expiresAt }] of this.pairings) if (expiresAt < before) this.pairings.delete(hash);
    for (const [hash, { until }] of this.uses) if (until < before) this.uses.delete(hash);
    this.store.sessions.purge(before);
  }
}

function sessionEnd(now: number, endsAt: number | null): number {
  return Math.min(now + sessionMs, endsAt ?? Number.POSITIVE_INFINITY);
}

/** As a token with the rights that its link said. */
function sessionGrant({ id, label, scopes, containers }: StoredSession, expiresAt: number): Grant {
  return tokenGrant({ id, label, scopes, containers, expires_at: expiresAt });
}
