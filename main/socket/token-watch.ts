import type { Scope } from '../lib/scope.ts';

/** Node's longest timer. */
const maxTimerMs = 2 ** 31 - 1;
const warningMs = 60_000;

export interface TokenWatchOptions {
  /** Unix milliseconds; null never. */
  expiresAt: number | null;
  scope: Scope;
  /** Told once, with the seconds left. */
  onExpiring: (seconds: number) => void;
  /** May be told again. */
  onExpired: () => void;
}

/**
 * S3: a warning 60 s before a token expires, and its end. Timers stand still while the machine sleeps and know nothing of a clock that
 * is set; a token's end is a time of the clock. So that is looked at, too: by whoever is about to rely on the token (`isGood`), and
 * now and then (`look`).
 */
export class TokenWatch {
  private readonly options: TokenWatchOptions;
  private hasWarned = false;

  constructor(options: TokenWatchOptions) {
    this.options = options;
    if (options.expiresAt === null) return;
    this.wait(options.expiresAt, () => this.isGood());
    // The first frames belong to the state (S6).
    options.scope.timeout(() => this.wait(options.expiresAt ?? 0, () => this.look(), warningMs), 0);
  }

  /** Whether it is good now; if not, its end is told. */
  isGood(): boolean {
    const { expiresAt, onExpired } = this.options;
    if (expiresAt === null || Date.now() < expiresAt) return true;
    onExpired();
    return false;
  }

  /** Tells what is due by the clock. */
  look(): void {
    const { expiresAt, onExpiring } = this.options;
    if (expiresAt === null || !this.isGood()) return;
    const left = expiresAt - Date.now();
    if (left > warningMs || this.hasWarned) return;
    this.hasWarned = true;
    onExpiring(Math.max(0, Math.min(60, Math.round(left / 1000))));
  }

  /** Calls `work` as soon as less than `ms` are left until `end`. */
  private wait(end: number, work: () => void, ms = 0): void {
    const left = end - ms - Date.now();
    if (left <= 0) work();
    else this.options.scope.timeout(() => this.wait(end, work, ms), Math.min(left, maxTimerMs));
  }
}
