import { AuthRateLimit } from '../auth/auth-rate-limit.ts';
import { isLoopback } from '../lib/address.ts';
import { Scope } from '../lib/scope.ts';
import type { StoredSftpLogin } from '../store/contract.ts';
import type { Accounts } from './accounts.ts';

/** A13: how long a failed login waits for its answer, in ms, unless the options say otherwise. Nobody else waits. */
const usualFailureDelayMs = 3000;

export interface LoginGateOptions {
  accounts: Pick<Accounts, 'verify'>;
  /** Unix milliseconds. */
  now: () => number;
  /** Milliseconds; asked at each attempt. Default: `usualFailureDelayMs`. */
  failureDelayMs?: (() => number) | undefined;
}

/** Checks logins: slowly when they fail, and from one address only so often (20 failures a minute, as for tokens). */
export class LoginGate {
  private readonly options: LoginGateOptions;
  private readonly guesses: AuthRateLimit;
  private readonly scope = new Scope();

  constructor(options: LoginGateOptions) {
    this.options = options;
    this.guesses = new AuthRateLimit({ now: options.now });
    this.scope.interval(() => this.guesses.sweep(), 60_000);
  }

  /**
   * The login, or null after the delay. The delay counts from the beginning, so that its length tells nothing about where it
   * failed. As with tokens, from the machine itself a right password passes even when the limit is reached.
   */
  async attempt(username: string, password: string, address: string): Promise<StoredSftpLogin | null> {
    const delay = this.scope.pause(this.options.failureDelayMs?.() ?? usualFailureDelayMs);
    const limited = this.guesses.exceeded(address);
    if (!limited || isLoopback(address)) {
      const login = await this.options.accounts.verify(username, password);
      if (login) return login;
      if (!limited) this.guesses.add(address);
    }
    await delay;
    return null;
  }

  close(): void {
    this.scope.close();
  }
}
