import { errorText } from '../../shared/error-text.ts';
import type { VolumeFiles } from '../files/contract.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { Volumes } from '../volumes/contract.ts';
import { dayMs } from './keep-time.ts';

export interface TrashKeeperOptions {
  files: Pick<VolumeFiles, 'jail'>;
  volumes: Pick<Volumes, 'list'>;
  /** For how long things are kept, asked anew each time; 0: not at all. */
  keepDays: () => number;
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
}

/** How often the volumes are looked through, in ms: what is over stays that much longer at most. */
const roundMs = 3_600_000;

/** Deletes for good what was in a volume's trash for as long as it is kept. */
export class TrashKeeper {
  private readonly options: TrashKeeperOptions;
  private readonly scope = new Scope();
  private round: Promise<void> = Promise.resolve();

  constructor(options: TrashKeeperOptions) {
    this.options = options;
    this.scope.interval(() => void this.look(), roundMs);
  }

  /** One look through all volumes, after the one that is under way. Never rejects. */
  look(): Promise<void> {
    this.round = this.round.then(() => this.lookThrough());
    return this.round;
  }

  /** Resolves when the volume that it is at is done. */
  async close(): Promise<void> {
    this.scope.close();
    await this.round;
  }

  private async lookThrough(): Promise<void> {
    const { files, volumes, keepDays, now, log } = this.options;
    for (const { id } of volumes.list()) {
      if (this.scope.isClosed) return;
      try {
        const before = now() - keepDays() * dayMs;
        const { count, bytes } = await files.jail(id).trash.empty({ before });
        if (count > 0)
          log.info({ volume: id, count, bytes }, 'what was in the trash for long enough is gone');
      } catch (error) {
        // It is not mounted, or some of it can't be deleted: the next look tries again.
        log.debug({ volume: id, error: errorText(error) }, 'a trash could not be looked through');
      }
    }
  }
}
