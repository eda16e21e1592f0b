import type { BlockIndex } from './block-index.ts';
import { blockBytes, type StorePaths } from './format.ts';
import { InOrder } from './in-order.ts';
import { LaneCore } from './lane-core.ts';
import type { LanePool } from './lane-pool.ts';
import type { ManifestEntry } from './manifest.ts';
import { encodeEntry } from './pack-format.ts';

/** Blocks of one file that are under way. */
const window = 8;
/** The way to another thread and back costs more than what is done there with less, in bytes. */
const worthTheWay = 64 * 1024;

export interface FileFillerOptions {
  paths: StorePaths;
  index: BlockIndex;
  pool: LanePool;
}

/** Puts the content of files into them, several blocks at a time. For the restore program. */
export class FileFiller {
  private readonly options: FileFillerOptions;
  private readonly here: LaneCore;

  constructor(options: FileFillerOptions) {
    this.options = options;
    this.here = new LaneCore(options.paths);
  }

  /** Resolves when all of it was written into the descriptor, and nothing writes to it any more. Rejects with DamagedPack, or as the system does. */
  async fill(fd: number, { size, blocks = [], sparse: holes = false }: ManifestEntry): Promise<void> {
    const order = new InOrder<void>(window, async () => {});
    try {
      for (const [number, hash] of blocks.entries()) {
        const at = number * blockBytes;
        if (hash !== null) await order.add(this.block({ hash, fd, at, holes }));
        else if (!holes) this.here.zero(fd, at, Math.min(blockBytes, size - at));
      }
      await order.end();
    } finally {
      await order.settle();
    }
  }

  private async block({
    hash,
    ...into
  }: {
    hash: string;
    fd: number;
    at: number;
    holes: boolean;
  }): Promise<void> {
    const { index, pool } = this.options;
    const place = index.get(Buffer.from(hash, 'hex'));
    if (!place) throw new Error('a block of it is damaged or missing');
    const copy = { ...into, pack: index.packs[place.pack] ?? '', entry: encodeEntry(place) };
    if (place.raw < worthTheWay) this.here.copy(copy);
    else await pool.use((lane) => lane.copy(copy));
  }
}
