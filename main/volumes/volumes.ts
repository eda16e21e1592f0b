import { randomUUID } from 'node:crypto';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { LightdeckError } from '../../shared/errors.ts';
import type { Store, StoredVolume } from '../store/contract.ts';

/** The folders that hold the servers' files. */
export interface Volumes {
  /** Makes an empty volume. `quotaMb` is kept, and not enforced yet (A10). Throws LightdeckError `internal` when the folder can't be made. */
  create(options: { quotaMb: number }): StoredVolume;
  get(id: string): StoredVolume | null;
  list(): StoredVolume[];
}

export interface VolumesOptions {
  store: Store;
  /** Absolute; made when it is missing. */
  volumesPath: string;
  /** Unix milliseconds. */
  now: () => number;
}

/** `created_at` of a volume is Unix seconds, as its reply is. */
export function createVolumes({ store, volumesPath, now }: VolumesOptions): Volumes {
  return {
    create({ quotaMb }) {
      const id = randomUUID();
      const path = join(volumesPath, id);
      makeFolder(path);
      const volume = { id, path, created_at: Math.floor(now() / 1000), quota_mb: quotaMb };
      try {
        store.volumes.put(volume);
      } catch (error) {
        rmdirSync(path);
        throw error;
      }
      return volume;
    },
    get: (id) => store.volumes.get(id),
    list: () => store.volumes.all(),
  };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LightdeckError('internal', `The volume's folder can't be made: ${why}`, { cause: error });
  }
}
