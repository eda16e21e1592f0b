import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../../../shared/error-text.ts';
import { LightdeckError } from '../../../shared/errors.ts';
import { patientRename, patientRenameSync } from '../../lib/patient-rename.ts';
import { hasCode } from '../../lib/system-error.ts';

/**
 * Where the servers' console histories lie. A removal is a move first: whatever kills the host in the middle of it, no later server
 * of that id finds another one's console, and the next start clears away what is left.
 */
export class HistoryFolders {
  private readonly dir: string;
  private readonly gone: string;
  /** Holds histories that stand in for ones that can't be read. */
  readonly standIns: string;

  /** `dir` holds one folder for each server; what goes waits in one beside it. */
  constructor(dir: string) {
    this.dir = dir;
    this.gone = `${dir}-gone`;
    this.standIns = `${dir}-unreadable`;
  }

  of(id: string): string {
    return join(this.dir, id);
  }

  /** Takes the history of a server away, at once for everybody who looks; there being none is fine. Returns what clears the disk. */
  async take(id: string): Promise<() => Promise<void>> {
    const place = join(this.gone, randomUUID());
    await mkdir(this.gone, { recursive: true });
    try {
      await patientRename(this.of(id), place);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
    return () => rm(place, { recursive: true, force: true });
  }

  /**
   * Makes sure that a new server of that id begins with an empty console: a removal before it may have had to leave one.
   * Throws LightdeckError `conflict`, naming the folder.
   */
  clear(id: string): void {
    const dir = this.of(id);
    if (!existsSync(dir)) return;
    try {
      mkdirSync(this.gone, { recursive: true });
      patientRenameSync(dir, join(this.gone, randomUUID()));
    } catch (error) {
      const reason = errorText(error);
      const message = `The console of a deleted server with the id ${id} is still in ${dir} and can't be removed (${reason}). Remove that folder, or choose another id`;
      throw new LightdeckError('conflict', message, { cause: error });
    }
  }

  /** Clears away what removals left that a crash cut short, and what stood in for others. */
  async sweep(): Promise<void> {
    await Promise.all([this.gone, this.standIns].map((dir) => rm(dir, { recursive: true, force: true })));
  }
}
