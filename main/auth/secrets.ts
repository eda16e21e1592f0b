import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A2: a new master or database token, `lightd_` and 32 hex digits (128 random bits). */
export function newToken(): string {
  return `lightd_${randomBytes(16).toString('hex')}`;
}

/** What is stored of a secret. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A2: in a time that tells nothing about where they differ. */
export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
