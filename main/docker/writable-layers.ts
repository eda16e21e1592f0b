import { z } from 'zod';
import { errorText } from '../../shared/error-text.ts';

const infoSchema = z.object({
  Driver: z.string(),
  DriverStatus: z.array(z.tuple([z.string(), z.string()])).nullish(),
});

/**
 * B7: whether this engine can bound what a container writes outside of its mounts. Of the usual drivers overlay2 can, on XFS with
 * project quotas; whether it has those shows only when it is asked to. Others count the image's own files, too.
 */
export class WritableLayers {
  private readonly info: () => Promise<unknown>;
  private can: Promise<boolean> | null = null;

  constructor(info: () => Promise<unknown>) {
    this.info = info;
  }

  /** Never rejects: an engine that doesn't say is one that can't. */
  mayBeBounded(): Promise<boolean> {
    this.can ??= this.ask();
    return this.can;
  }

  /** Whether a container wasn't made for this reason; then it isn't asked for again. */
  isRefusal(error: unknown): boolean {
    const isRefused = /storage.?opt|pquota|project quota/i.test(errorText(error));
    if (isRefused) this.can = Promise.resolve(false);
    return isRefused;
  }

  private async ask(): Promise<boolean> {
    try {
      const { Driver, DriverStatus } = infoSchema.parse(await this.info());
      return (
        Driver === 'overlay2' &&
        (DriverStatus ?? []).some(([key, value]) => key === 'Backing Filesystem' && value === 'xfs')
      );
    } catch {
      return false;
    }
  }
}
