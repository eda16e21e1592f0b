import { LightdeckError } from '../../shared/errors.ts';
import type { ServerDefinition } from '../../shared/model/server.ts';
import type { Volumes } from '../volumes/contract.ts';
import type { BackupMemory, BegunRestore } from './memory.ts';

type StartVolumes = Pick<Volumes, 'ready' | 'usage'>;

export interface WholeVolumesOptions {
  memory: Pick<BackupMemory, 'restores'>;
  /** Null where there is no such server any more. */
  definition: (server: string) => ServerDefinition | null;
}

/**
 * The volumes, as a start sees them: one on which a restore was neither done nor undone is not ready (A31). A world that is half of one state and
 * half of another looks sound to its game, which writes over what could still be put right. `ready` throws LightdeckError `conflict` then.
 */
export function wholeVolumes(
  volumes: StartVolumes,
  { memory, definition }: WholeVolumesOptions,
): StartVolumes {
  return {
    usage: (id) => volumes.usage(id),
    async ready(id) {
      // It waits for a restore that is under way.
      await volumes.ready(id);
      const begun = memory.restores().find(({ server }) => definition(server)?.volume_id === id);
      if (!begun) return;
      throw halfRestored(begun);
    },
  };
}

/** When a snapshot was made, as its id has it: `20261130t072245-1b2c3d4e` to `2026-11-30 07:22 UTC`. Pure. */
const minuteIn = (id: string): string =>
  id.replace(/^(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d).*$/, '$1-$2-$3 $4:$5 UTC');

export const halfRestored = ({ restore_point: point }: BegunRestore): LightdeckError =>
  new LightdeckError(
    'conflict',
    `its files are half of one state and half of another, since a restore has not come to its end: restore the restore point of ${minuteIn(point)} (${point}) under Backups, which has all of them`,
  );
