import { addressGroup } from '../lib/address.ts';
import { Scope } from '../lib/scope.ts';

/** B5: handshakes that begin in a second from one address (for IPv6 from its /64); what comes beyond waits for its turn. */
const maxPerSecond = 10;
/** Most that wait from one address; more are refused. Also the longest wait: 3.2 s. */
const maxWaiting = 32;
/** Addresses that are remembered; the one that was heard of longest ago is forgotten first. */
const maxAddresses = 10_000;

/** A handshake is dear, and nobody has shown a password by then: this spreads those of one address over time. */
export class ConnectionRate {
  private readonly now: () => number;
  private readonly scope = new Scope();
  /** When the last handshakes of each address begin, in order; at most as many as count. */
  private readonly begins = new Map<string, number[]>();

  /** `now`: Unix milliseconds. */
  constructor({ now }: { now: () => number }) {
    this.now = now;
  }

  /** How long one more connection from this address has to wait, in ms, 0 for not at all; null: too many wait already. */
  reserve(address: string): number | null {
    const key = addressGroup(address);
    const now = this.now();
    const begins = (this.begins.get(key) ?? []).filter((at) => at > now - 1000);
    if (begins.filter((at) => at > now).length >= maxWaiting) return null;
    const at = Math.max(now, (begins.at(-maxPerSecond) ?? 0) + 1000);
    begins.push(at);
    this.begins.delete(key);
    this.begins.set(key, begins);
    const [oldest] = this.begins.keys();
    if (this.begins.size > maxAddresses && oldest !== undefined) this.begins.delete(oldest);
    return at - now;
  }

  /** Runs `work` in so many ms; returns how that is cancelled. */
  later(ms: number, work: () => void): () => void {
    return this.scope.timeout(work, ms);
  }

  /** What waits never begins. */
  close(): void {
    this.scope.close();
  }
}
