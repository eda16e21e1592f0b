import { randomBytes } from 'node:crypto';

/** A2: a new master or database token, `lightd_` and 32 hex digits (128 random bits). */
export function newToken(): string {
  return `lightd_${randomBytes(16).toString('hex')}`;
}
