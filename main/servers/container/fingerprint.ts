import { createHash } from 'node:crypto';
import type { ServerDefinition, WireState } from '../../../shared/model/server.ts';

/** What a container is made with, and so keeps to its end. */
export const fingerprintFields = [
  'startup_command',
  'start_pattern',
  'environment',
  'tty',
  'mount',
  'read_only_mounts',
  'data_path',
  'time_zone',
  'volume_owner',
  'read_only_root',
  'user',
  'entrypoint',
  'config_files',
] as const;

/** The states in which a container made before a change may live on. */
const alive: readonly WireState[] = ['starting', 'running', 'stopping', 'unknown'];

export const mayBeAlive = (state: WireState): boolean => alive.includes(state);

/** By field, a digest of what a container was made with: to tell later what has changed since, without keeping secrets twice. */
export type ContainerFingerprint = Readonly<Record<string, string>>;

/** Pure. `owner` is whom the volume was given to. The order of names in `environment` and `mount` doesn't count. */
export function fingerprintOf(definition: ServerDefinition, owner: string): ContainerFingerprint {
  const digests = fingerprintFields.map((field) => [field, digest(definition[field])]);
  return { ...Object.fromEntries(digests), owner };
}

/**
 * Whether the volume has to be given to somebody else than at the start of `made`. Before its first start (null) also to whom the install
 * gave it, since that may have been another one.
 */
export function hasOtherOwner(made: ContainerFingerprint | null, definition: ServerDefinition): boolean {
  const before = made?.volume_owner ?? digest(null);
  if (before !== digest(definition.volume_owner)) return true;
  return made?.user !== undefined && made.user !== digest(definition.user);
}

/** The fields that a server in this state has only with its next start. `made` null: nobody knows what its container was made with. */
export function pendingFields(
  made: ContainerFingerprint | null,
  definition: ServerDefinition,
  state: WireState,
): string[] {
  if (made === null || !mayBeAlive(state)) return [];
  // A field that its host did not know yet is as it was.
  return fingerprintFields.filter((field) => field in made && made[field] !== digest(definition[field]));
}

function digest(value: ServerDefinition[(typeof fingerprintFields)[number]]): string {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  const text = JSON.stringify(isRecord ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : value);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
