import { createHash } from 'node:crypto';
import type { ServerDefinition } from '../../../shared/model/server.ts';
import { MiB } from '../../../shared/units.ts';
import { environmentOf } from '../../eggs/environment.ts';

/**
 * E6: what programs of an egg are told beside its own variables; any other server's definition as it is. Asked for each container anew, since
 * ports and memory change.
 */
export function withEggVariables<D extends ServerDefinition>(
  definition: D,
  { hostId, timeZone }: { hostId: string; timeZone: string | null },
): D {
  if (definition.egg === null) return definition;
  const environment = environmentOf(
    new Map(Object.entries(definition.environment)),
    definition.startup_command,
    {
      uuid: serverUuid(hostId, definition.internal_id),
      name: definition.name,
      memory: programMemory(definition.limits.memory),
      port: definition.ports[0]?.container_port ?? null,
      timeZone: definition.time_zone ?? timeZone,
    },
  );
  return { ...definition, environment };
}

/** A UUID that stays the same for a server of this host. */
export function serverUuid(hostId: string, internalId: string): string {
  const digest = createHash('sha256').update(`${hostId}/${internalId}`).digest('hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

/**
 * MiB that a server's program is told to use: less than its container may (in bytes), since a Java program takes more than its heap. 0 is no
 * limit. The shares are those that panels add on top.
 */
export function programMemory(limit: number | null): number {
  if (limit === null) return 0;
  const all = limit / MiB;
  const extra = all <= 2048 * 1.15 ? 1.15 : all <= 4096 * 1.1 ? 1.1 : 1.05;
  return Math.max(1, Math.floor(all / extra));
}
