import { createHash } from 'node:crypto';

/** A public key of SSH's protocol as people compare it: `SHA256:` and base64 without padding. Pure. */
export const keyFingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
