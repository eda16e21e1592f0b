import { LightdeckError } from '../../shared/errors.ts';

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const maxMs = 365 * unitMs.d;

/** A token's lifetime like `30s` `15m` `1h` `7d` in milliseconds, from 1 s to 365 d. Throws LightdeckError `invalid` naming `ttl`. */
export function parseTtl(text: string): number {
  const match = /^(\d{1,9})([smhd])$/.exec(text);
  const unit = match?.[2];
  if (!match || (unit !== 's' && unit !== 'm' && unit !== 'h' && unit !== 'd')) {
    throw new LightdeckError('invalid', 'ttl: must be a number and a unit, like 30s, 15m, 1h or 7d');
  }
  const ms = Number(match[1]) * unitMs[unit];
  if (ms < 1000 || ms > maxMs) throw new LightdeckError('invalid', 'ttl: must be from 1s to 365d');
  return ms;
}
