import { createHash } from 'node:crypto';
import { LightdeckError } from '../../shared/errors.ts';
import type { ServerDefinition } from '../../shared/model/server.ts';

/** A41: names what was decided about a server; another one as soon as any of it is changed. */
export function revisionOf(definition: ServerDefinition): string {
  const { updated_at: _at, host_user_problem: _problem, ...decided } = definition;
  return createHash('sha256').update(JSON.stringify(decided)).digest('hex').slice(0, 16);
}

/** A41. Throws LightdeckError `conflict` where somebody has changed the server since a client read it; with null everything fits. */
export function requireRevision(definition: ServerDefinition, revision: string | null = null): void {
  if (revision !== null && revision !== revisionOf(definition))
    throw new LightdeckError(
      'conflict',
      'somebody else has changed the settings of this server in the meantime, so nothing was changed: read them anew, and save what still fits',
    );
}
