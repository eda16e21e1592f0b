import { LightdeckError } from '../../shared/errors.ts';
import type { Grant } from './contract.ts';

/** Throws LightdeckError `not_permitted` naming the scope, unless the grant has it (for that server). */
export function requireScope(grant: Grant, scope: Parameters<Grant['may']>[0], server?: string): void {
  if (!grant.may(scope, server)) throw new LightdeckError('not_permitted', `not permitted: ${scope}`);
}
