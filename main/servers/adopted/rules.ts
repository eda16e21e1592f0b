import { LightdeckError } from '../../../shared/errors.ts';
import type { ServerDefinition } from '../../../shared/model/server.ts';
import type { DefinitionChanges } from '../definition/changes.ts';

/** What can be changed of a server whose container somebody else has made: all that isn't the container's own. */
const changeable: ReadonlySet<string> = new Set<keyof DefinitionChanges>([
  'name',
  'start_pattern',
  'stop',
  'auto_start',
  'restart_policy',
  'freeze',
  'tags',
]);

/** A40. Throws LightdeckError `conflict`: what it was asked for would need another container. */
export function refuseAdopted({ adopted }: Pick<ServerDefinition, 'adopted'>, what: string): void {
  if (adopted === null) return;
  throw new LightdeckError(
    'conflict',
    `${what} can't be done: the container ${adopted.name} was made elsewhere and is used as it is. Let it go, and make a server of its image instead`,
  );
}

/** A40. Throws LightdeckError `conflict` naming the first field that is the container's own. */
export function checkAdoptedChanges(definition: ServerDefinition, changes: DefinitionChanges): void {
  const field = Object.keys(changes).find((key) => !changeable.has(key));
  if (field !== undefined) refuseAdopted(definition, `Changing ${field}`);
}
