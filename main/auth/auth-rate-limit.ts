import { addressGroup } from '../lib/address.ts';

/** A3: this many wrong guesses within the window, and the address is refused. */
const maxGuesses = 20;
const windowMs = 60_000;
/** Addresses remembered; the one that guessed longest ago is forgotten first. */
const maxAddresses = 10_000;

/** Counts wrong guesses of each address (of IPv6: of each /64, which one customer has whole) over a sliding minute. */
export class AuthRateLimit {
  /** Times of the last guesses, oldest first, at most `maxGuesses`; addresses in the order of their last guess. */
  private readonly guesses = new Map<string, number[]>();
  private readonly now: () => number;

  constructor(options: { now: () => number }) {
    this.now = options.now;
  }

  /** Addresses remembered now. */
  get size(): number {
    return this.guesses.size;
  }

  exceeded(address: string): boolean {
    const times = this.guesses.get(addressGroup(address));
    return times !== undefined && times.length >= maxGuesses && (times[0] ?? 0) > this.now() - windowMs;
  }

  add(address: string): void {
    const key = addressGroup(address);
    const times = this.guesses.get(key) ?? [];
    times.push(this.now());
    if (times.length > maxGuesses) times.shift();
    this.guesses.delete(key);
    this.guesses.set(key, times);
    if (this.guesses.size <= maxAddresses) return;
    const [oldest] = this.guesses.keys();
    if (oldest !== undefined) this.guesses.delete(oldest);
  }

  /** Forgets addresses whose last guess is over a window ago. */
  sweep(): void {
    for (const [address, times] of this.guesses) {
      if ((times.at(-1) ?? 0) > this.now() - windowMs) return;
      this.guesses.delete(address);
    }
  }
}
