import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Where the servers' console histories lie. A removal is a move first: whatever kills the host in the middle of it, no later server
 * of that id finds another one's console, and the next start clears away what is left.
 */
export class HistoryFolders {
  private readonly dir: string;
  private readonly gone: string;

  /** `dir` holds one folder for each server; what goes waits in one beside it. */
  constructor(dir: string) {
    this.dir = dir;
    this.gone = `${dir}-gone`;
  }

  of(id: string): string {
    return join(this.dir, id);
  }

  /** Takes the history of a server away, at once for everybody who looks; there being none is fine. Returns what clears the disk. */
  async take(id: string): Promise<() => Promise<void>> {
    const place = join(this.gone, randomUUID());
    await mkdir(this.gone, { recursive: true });
    try {
      await rename(this.of(id), place);
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isMissing) throw error;
    }
    return () => rm(place, { recursive: true, force: true });
  }

  /** Clears away what removals left that a crash cut short. */
  sweep(): Promise<void> {
    return rm(this.gone, { recursive: true, force: true });
  }
}
