import { randomBytes } from 'node:crypto';

export interface LinkTarget {
  /** The token that asked for it; null is the master token. */
  tokenId: string | null;
}

export interface OneTimeLinksOptions {
  /** Unix milliseconds. */
  now: () => number;
}

interface Link<T> {
  target: T;
  /** Unix milliseconds. */
  expiresAt: number;
}

const lifetimeMs = 5 * 60_000;
/** Links that are open at once; the oldest gives way. */
const maxLinks = 1000;

/** Links for a browser that can't send headers: whoever has one may fetch what it leads to, once, for five minutes. They end with the host, and with the token that asked for them. */
export class OneTimeLinks<T extends LinkTarget> {
  private readonly now: () => number;
  /** In the order of their end. */
  private readonly links = new Map<string, Link<T>>();

  constructor({ now }: OneTimeLinksOptions) {
    this.now = now;
  }

  create(target: T): { key: string; expiresAt: number } {
    this.purge();
    for (const oldest of this.links.keys()) {
      if (this.links.size < maxLinks) break;
      this.links.delete(oldest);
    }
    const key = randomBytes(24).toString('base64url');
    const expiresAt = this.now() + lifetimeMs;
    this.links.set(key, { target, expiresAt });
    return { key, expiresAt };
  }

  /**
   * Hands the link's target to `work`, once: while it is being worked on, and after it went well, the link is used up. Null
   * if there is no such link.
   */
  async use<R>(key: string, work: (target: T) => Promise<R>): Promise<R | null> {
    this.purge();
    const link = this.links.get(key);
    if (!link) return null;
    this.links.delete(key);
    try {
      return await work(link.target);
    } catch (error) {
      this.links.set(key, link);
      throw error;
    }
  }

  /** The same without using it up. */
  async look<R>(key: string, work: (target: T) => Promise<R>): Promise<R | null> {
    this.purge();
    const link = this.links.get(key);
    return link ? work(link.target) : null;
  }

  /** B15: what a revoked token asked for is not given any more. */
  drop(tokenId: string): void {
    for (const [key, link] of this.links) if (link.target.tokenId === tokenId) this.links.delete(key);
  }

  private purge(): void {
    const now = this.now();
    for (const [key, { expiresAt }] of this.links) if (expiresAt <= now) this.links.delete(key);
  }
}
