import { errorText } from '../../shared/error-text.ts';
import type { CopyTarget } from '../../shared/model/backup-copy.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { StartedOperation } from '../operations/operations.ts';
import type { CopyTable, OwedCopy } from './copy-table.ts';

export interface OwedCopiesOptions {
  table: Pick<CopyTable, 'owed' | 'putOwed' | 'removeOwed'>;
  targets: () => CopyTarget[];
  /** Whether the backup is (still) here. Rejects where that can't be told. */
  isHere: (owed: OwedCopy) => Promise<boolean>;
  /** Begins it. When it is there, it is owed no more. */
  copy: (owed: OwedCopy) => StartedOperation;
  log: Log;
}

/** How long after the start, and how often from then on, what is owed is tried again, in ms. */
const firstMs = 60_000;
const againMs = 3600_000;

/**
 * Copies that were promised: each backup to each place that is `automatic`. They are written down first; one whose place was away, or whose host
 * was killed, is tried again each hour. One that somebody cancelled is not, before the next start.
 */
export class OwedCopies {
  private readonly options: OwedCopiesOptions;
  private readonly scope = new Scope();
  private readonly underWay = new Set<string>();
  private readonly cancelled = new Set<string>();

  constructor(options: OwedCopiesOptions) {
    this.options = options;
    this.scope.timeout(() => void this.again(), firstMs);
    this.scope.interval(() => void this.again(), againMs);
  }

  close(): void {
    this.scope.close();
  }

  /** Never throws: none keeps another one from being begun. */
  made({ server, backup }: { server: string; backup: string }): void {
    const { table, targets, log } = this.options;
    for (const { id: target } of targets().filter(({ automatic }) => automatic)) {
      const owed = { server, backup, target };
      try {
        table.putOwed(owed);
      } catch (error) {
        log.warn(
          { server, error: errorText(error) },
          'it could not be written down that a backup is to be copied',
        );
      }
      void this.tryOne(owed);
    }
  }

  /** All that are owed: of each place the newest first, until one fails. Resolves when they have ended; never rejects. */
  async again(): Promise<void> {
    const { table, targets, log } = this.options;
    try {
      const all = table.owed();
      await Promise.all(targets().map((target) => this.tryAll(target, all)));
    } catch (error) {
      log.warn({ error: errorText(error) }, 'it could not be read which backups are still to be copied');
    }
  }

  private async tryAll({ id, automatic }: CopyTarget, all: OwedCopy[]): Promise<void> {
    const own = all.filter(({ target }) => target === id);
    // Nobody wants them there any more.
    if (!automatic) for (const owed of own) this.options.table.removeOwed(owed);
    else for (const owed of own.reverse()) if (!(await this.tryOne(owed))) return;
  }

  /** False: it is no use to try others there just now. */
  private async tryOne(owed: OwedCopy): Promise<boolean> {
    const key = `${owed.target} ${owed.backup}`;
    if (this.scope.isClosed || this.cancelled.has(key) || this.underWay.has(key)) return true;
    this.underWay.add(key);
    try {
      // Deleted since, by a rule or by hand: nobody can be owed it, and the others must have their turn.
      if (!(await this.options.isHere(owed))) {
        this.options.table.removeOwed(owed);
        return true;
      }
      const { state } = await this.options.copy(owed).ended;
      if (state === 'cancelled') this.cancelled.add(key);
      return state !== 'failed';
    } catch (error) {
      this.options.log.warn({ ...owed, error: errorText(error) }, 'a backup could not be copied');
      return false;
    } finally {
      this.underWay.delete(key);
    }
  }
}
