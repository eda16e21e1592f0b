import type { Scope } from '../../shared/scopes.ts';
import type { StoredSession, StoredToken } from '../store/contract.ts';

/** What a caller may do, after its token was accepted. */
export interface Grant {
  /** Null for the master token, which never expires while it is set. */
  tokenId: string | null;
  label: string;
  /** The servers that it is bound to; null: all. */
  containers: readonly string[] | null;
  /** Unix milliseconds; null never. */
  expiresAt: number | null;
  /** Whether the scope is granted; with `server`, also for that server (tokens can be bound to some). The master may all. */
  may(scope: Scope, server?: string): boolean;
}

export type AuthFailure = 'missing' | 'unknown' | 'expired' | 'used' | 'rate_limited';
export type AuthResult = { ok: true; grant: Grant } | { ok: false; reason: AuthFailure };

export interface NewToken {
  ttlMs: number;
  removeOnUse: boolean;
  label: string;
  scopes: Scope[] | null;
  containers: string[] | null;
}

/** What a session that comes of a link may do, and for how long. */
export interface SessionRights {
  /** Null: all but `tokens`. */
  scopes: Scope[] | null;
  /** The servers that it is bound to; null: all. */
  containers: string[] | null;
  /** How long after it was opened it ends for good, in ms; null: whenever nobody renews it. */
  ttlMs: number | null;
}

/** Token checks and the tokens themselves (A2, S1–S3). */
export interface Auth {
  /**
   * Checks a secret and, for a single-use token, consumes it atomically (S2). Synchronous: of two callers exactly one wins.
   * Failed guesses (unknown secrets only) count against `address`: after 20 in a minute the answer is `rate_limited` (A3).
   * Throws LightdeckError `disk_full` or `internal`, in words, when the store can't say or a single-use token can't be
   * consumed durably; then it wasn't.
   */
  authenticate(secret: string | null, address: string): AuthResult;
  /**
   * Uses up a pairing link, which is good for becoming a session alone. Counts wrong ones as `authenticate` does. With the same `key`
   * (A17; null: none) it is taken once more within a minute, for a client whose answer was lost: `open` gives it the same session.
   */
  redeem(secret: string | null, address: string, key: string | null): AuthResult;
  readonly sessions: {
    /** A link for one browser. Throws LightdeckError `invalid` where its session would have what only the master has. */
    pair(rights: SessionRights): { secret: string; expiresAt: number };
    /** `by`: the grant of the link, which stays good if no session can be made. Once more by the same grant: the same session. */
    open(who: { label: string; address: string; by: Grant }): {
      secret: string;
      id: string;
      expiresAt: number;
    };
    renew(id: string): { secret: string; id: string; expiresAt: number } | null;
    list(): StoredSession[];
  };
  /** As `revoke`, for a session. */
  endSession(id: string): boolean;
  create(token: NewToken): { secret: string; stored: StoredToken };
  list(): StoredToken[];
  /** False if there is none of that id. Told to `onRevoked` before it returns. */
  revoke(id: string): boolean;
  onRevoked(listener: (tokenId: string) => void): () => void;
  /** Stops the purge timer; writes what is left to write. */
  close(): void;
}
