import { LightdeckError } from '../../../shared/errors.ts';
import type { Jail, UserPath } from '../contract.ts';

/**
 * The symbolic links of an archive. They are made when all files are in their places, so that no file of the archive goes through
 * one, in whatever order they come; and looked at once more when all of them are there, since each may change where others lead.
 */
export class LinksToMake {
  private readonly jail: Jail;
  private readonly targets = new Map<UserPath, string>();

  constructor(jail: Jail) {
    this.jail = jail;
  }

  add(path: UserPath, target: string): void {
    this.targets.set(path, target);
  }

  get(path: UserPath): string | undefined {
    return this.targets.get(path);
  }

  forget(path: UserPath): void {
    this.targets.delete(path);
  }

  /** Skipped are those that lead out of the volume, and those in whose place a folder stands. */
  async make(signal: AbortSignal): Promise<{ made: number; skipped: number }> {
    let skipped = 0;
    const made: UserPath[] = [];
    for (const [path, target] of this.targets) {
      signal.throwIfAborted();
      if (await isDone(this.jail.makeLink(path, target))) made.push(path);
      else skipped += 1;
    }
    for (const path of made) {
      if (await isDone(this.jail.readLink(path))) continue;
      await this.jail.remove(path).catch(() => {});
      skipped += 1;
    }
    return { made: this.targets.size - skipped, skipped };
  }
}

/** False for what was refused; what went wrong otherwise (no room, a broken disk) is thrown. */
async function isDone(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    const isRefused =
      error instanceof LightdeckError && ['invalid', 'conflict', 'not_found'].includes(error.code);
    if (!isRefused) throw error;
    return false;
  }
}
