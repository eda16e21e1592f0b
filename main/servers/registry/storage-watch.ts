import { Scope } from '../../lib/scope.ts';

export interface WatchedVolume {
  server: string;
  volume: string;
}

export interface StorageWatchOptions {
  /** The volumes of the servers that run now. */
  volumes: () => WatchedVolume[];
  /** A10; null if it can't be known now. */
  isFull: (volume: string) => Promise<boolean | null>;
  /** Called once per crossing into the red (S11), and once when there is room again or it no longer runs. */
  onFull: (server: string, isFull: boolean) => void;
  /** Milliseconds. */
  interval?: number;
}

/** S11: tells a running server's volume that has under 10 MB left or is over 95 % full; again only after it had room in between. */
export class StorageWatch {
  private readonly options: StorageWatchOptions;
  private readonly scope = new Scope();
  private readonly full = new Set<string>();
  private looking = false;

  constructor(options: StorageWatchOptions) {
    this.options = options;
    this.scope.interval(() => void this.look(), options.interval ?? 5000);
  }

  close(): void {
    this.scope.close();
  }

  private async look(): Promise<void> {
    // A file system that hangs must not pile looks up.
    if (this.looking) return;
    this.looking = true;
    try {
      const volumes = this.options.volumes();
      const running = new Set(volumes.map(({ server }) => server));
      for (const server of this.full) if (!running.has(server)) this.note(server, false);
      // One that can't be asked says nothing, and keeps nobody from asking about the others, or again.
      for (const volume of volumes) await this.check(volume).catch(() => {});
    } finally {
      this.looking = false;
    }
  }

  private async check({ server, volume }: WatchedVolume): Promise<void> {
    const isFull = await this.options.isFull(volume);
    if (this.scope.isClosed || isFull === null) return;
    if (isFull !== this.full.has(server)) this.note(server, isFull);
  }

  private note(server: string, isFull: boolean): void {
    if (isFull) this.full.add(server);
    else this.full.delete(server);
    this.options.onFull(server, isFull);
  }
}
