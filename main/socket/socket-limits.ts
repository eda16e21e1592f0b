import { addressGroup, isLoopback } from '../lib/address.ts';

/** B4: open sockets of one token, and of one address (for IPv6 of its /64). */
const maxPerToken = 64;
const maxPerAddress = 256;

class Counter {
  private readonly counts = new Map<string, number>();

  of(key: string): number {
    return this.counts.get(key) ?? 0;
  }

  /** Returns how it is taken back. */
  add(key: string): () => void {
    this.counts.set(key, this.of(key) + 1);
    return () => {
      const left = this.of(key) - 1;
      if (left > 0) this.counts.set(key, left);
      else this.counts.delete(key);
    };
  }
}

/**
 * How many sockets one caller may have open, so that one can't take them all. The master token is the owner's, whose programs
 * may be many; and loopback can be a reverse proxy, behind which everybody has one address.
 */
export class SocketLimits {
  private readonly byToken = new Counter();
  private readonly byAddress = new Counter();

  /** Why one more from this address is refused; null if it isn't. */
  refuseAddress(address: string): string | null {
    if (isLoopback(address) || this.byAddress.of(addressGroup(address)) < maxPerAddress) return null;
    return `There are ${maxPerAddress} open sockets from this address already; close some first`;
  }

  /** Null is the master token. */
  refuseToken(tokenId: string | null): string | null {
    if (tokenId === null || this.byToken.of(tokenId) < maxPerToken) return null;
    return `There are ${maxPerToken} open sockets with this token already; close some first`;
  }

  openWith(tokenId: string): number {
    return this.byToken.of(tokenId);
  }

  /** Counts a socket; returns how it is taken back. */
  add(tokenId: string | null, address: string): () => void {
    const undo = [this.byAddress.add(addressGroup(address))];
    if (tokenId !== null) undo.push(this.byToken.add(tokenId));
    return () => {
      for (const each of undo) each();
    };
  }
}
