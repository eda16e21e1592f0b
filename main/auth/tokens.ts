import { randomUUID } from 'node:crypto';
import { LightdeckError } from '../../shared/errors.ts';
import { isLoopback, plainAddress } from '../lib/address.ts';
import { Emitter } from '../lib/emitter.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { Store, StoredToken } from '../store/contract.ts';
import type { StoreHealth } from '../store/health.ts';
import { AuthRateLimit } from './auth-rate-limit.ts';
import type { Auth, AuthFailure, AuthResult, NewToken } from './contract.ts';
import { masterGrant, refuseTokensScope, tokenGrant } from './grant.ts';
import { newToken, sameHash, sha256 } from './secrets.ts';
import { Sessions } from './sessions.ts';

/** A2 wants rows gone 5 minutes after expiry at the latest; until then a late try is told `expired`, not `unknown`. */
const keepExpiredMs = 4 * 60_000;
const purgeEveryMs = 30_000;
/** Tokens alive at once. */
const maxTokens = 10_000;

export interface AuthOptions {
  store: Store;
  /** Asked anew each time, since it can be changed while the daemon runs. */
  masterToken: () => string;
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
  health?: StoreHealth | undefined;
  /** Told of every secret that was refused, for the record; not of requests without one. */
  onRefused?: (refusal: { address: string; reason: AuthFailure }) => void;
}

/** Starts the purge timer, which `close` ends and which keeps no process alive. */
export function createAuth(options: AuthOptions): Auth {
  return new TokenAuth(options);
}

class TokenAuth implements Auth {
  private readonly options: AuthOptions;
  private readonly guesses: AuthRateLimit;
  private readonly revoked: Emitter<string>;
  private readonly scope = new Scope();
  private isPurging = true;
  readonly sessions: Sessions;

  constructor(options: AuthOptions) {
    this.options = options;
    this.sessions = new Sessions(options);
    this.guesses = new AuthRateLimit({ now: options.now });
    this.revoked = new Emitter((error) =>
      options.log.error({ err: error }, 'a listener for revoked tokens failed'),
    );
    this.purge();
    this.scope.interval(() => this.purge(), purgeEveryMs);
  }

  authenticate(secret: string | null, address: string): AuthResult {
    const result = this.check(secret, address);
    if (!result.ok && secret) this.options.onRefused?.({ address, reason: result.reason });
    return result;
  }

  private check(secret: string | null, address: string): AuthResult {
    const limited = this.guesses.exceeded(address);
    // A page of any origin in the user's browser can send wrong tokens from this very machine; it must not be able to
    // lock the user's own interface out. From elsewhere even a right guess is refused, or the limit would limit nothing.
    if (limited && !isLoopback(address)) return { ok: false, reason: 'rate_limited' };
    if (!secret) return { ok: false, reason: 'missing' };
    const hash = sha256(secret);
    if (sameHash(hash, sha256(this.options.masterToken()))) return { ok: true, grant: masterGrant };
    const token = this.options.store.tokens.byHash(hash);
    if (!token || !sameHash(hash, token.hash)) {
      const session = this.sessions.check(secret, plainAddress(address));
      if (session) return session;
      if (limited) return { ok: false, reason: 'rate_limited' };
      this.guesses.add(address);
      return { ok: false, reason: 'unknown' };
    }
    return this.accept(token);
  }

  redeem(secret: string | null, address: string, key: string | null): AuthResult {
    const result = this.checkPairing(secret, address, key);
    if (!result.ok && secret) this.options.onRefused?.({ address, reason: result.reason });
    return result;
  }

  private checkPairing(secret: string | null, address: string, key: string | null): AuthResult {
    const limited = this.guesses.exceeded(address);
    if (limited && !isLoopback(address)) return { ok: false, reason: 'rate_limited' };
    if (!secret) return { ok: false, reason: 'missing' };
    const found = this.sessions.redeem(secret, key);
    if (found) return found;
    if (limited) return { ok: false, reason: 'rate_limited' };
    this.guesses.add(address);
    return { ok: false, reason: 'unknown' };
  }

  endSession(id: string): boolean {
    if (!this.sessions.remove(id)) return false;
    this.revoked.emit(id);
    return true;
  }

  create(token: NewToken): { secret: string; stored: StoredToken } {
    const { store, now } = this.options;
    refuseTokensScope(token.scopes);
    if (store.tokens.all().length >= maxTokens) {
      throw new LightdeckError(
        'conflict',
        `There are ${maxTokens} tokens already; revoke some that nobody needs`,
      );
    }
    const secret = newToken();
    const created = now();
    const stored: StoredToken = {
      id: randomUUID(),
      hash: sha256(secret),
      label: token.label,
      scopes: token.scopes,
      containers: token.containers,
      created_at: created,
      expires_at: created + token.ttlMs,
      remove_on_use: token.removeOnUse,
      used_at: null,
    };
    store.tokens.add(stored);
    return { secret, stored };
  }

  list(): StoredToken[] {
    const now = this.options.now();
    return this.options.store.tokens.all().filter((token) => token.expires_at > now);
  }

  revoke(id: string): boolean {
    if (!this.options.store.tokens.remove(id)) return false;
    this.revoked.emit(id);
    return true;
  }

  onRevoked(listener: (tokenId: string) => void): () => void {
    return this.revoked.on(listener);
  }

  close(): void {
    this.scope.close();
    this.sessions.close();
    this.revoked.clear();
  }

  private accept(token: StoredToken): AuthResult {
    const now = this.options.now();
    if (token.expires_at <= now) return { ok: false, reason: 'expired' };
    if (token.remove_on_use && !this.options.store.tokens.consume(token.id, now))
      return { ok: false, reason: 'used' };
    return { ok: true, grant: tokenGrant(token) };
  }

  private purge(): void {
    this.guesses.sweep();
    const { store, now, log, health } = this.options;
    try {
      store.tokens.purge(now() - keepExpiredMs);
      this.sessions.purge(now() - keepExpiredMs);
      this.isPurging = true;
    } catch (error) {
      // A full disk, say: expired tokens are refused anyway, and the next round tries again.
      health?.reportFailure(error, 'expired tokens');
      if (this.isPurging)
        log.warn({ err: error }, 'expired tokens could not be purged; tried again every 30 s');
      this.isPurging = false;
    }
  }
}
