import { LightdeckError } from '../../shared/errors.ts';
import type { Blocks } from './blocks.ts';
import { blockBytes } from './format.ts';
import type { Lane } from './lane.ts';
import { entriesOf, type HashedPiece, type Piece, type SealedIndex } from './lane-core.ts';

/** A piece of a file that is stored, or was already. `hash` null: zeros. */
export interface StoredPiece {
  length: number;
  hash: string | null;
}

interface Waiting {
  piece: Piece;
  only: string | undefined;
  resolve(stored: StoredPiece): void;
  reject(error: unknown): void;
}

/** Small pieces that go to a lane together. */
const maxTogether = 64;

export interface BlockWriterOptions {
  blocks: Blocks;
  /** Unix ms. */
  now: () => number;
  /** Told of bytes that were read back. */
  verified?: (bytes: number) => void;
}

/**
 * Stores pieces of files: what the store has already is not stored again. What it wrote counts when `finish` resolved: then every pack is on
 * the disk and was read back. Whoever uses it waits for pieces, which bounds what is under way.
 */
export class BlockWriter {
  /** Bytes that it added to the store. */
  newBytes = 0;
  private readonly options: BlockWriterOptions;
  private readonly queue: Waiting[] = [];
  /** Blocks in packs that are not sealed yet. */
  private readonly pending = new Set<string>();
  /** Packs that this one wrote, and older ones that it needs. */
  private readonly own = new Set<string>();
  private readonly referred = new Set<string>();
  private readonly verifying = new Set<Promise<void>>();
  private failure: { error: unknown } | null = null;
  private readonly lostBefore: number;

  constructor(options: BlockWriterOptions) {
    this.options = options;
    this.lostBefore = options.blocks.lost;
  }

  /**
   * Resolves when the piece is in the store, or in a pack that `finish` puts there. `only`: it is not stored unless this is its hash.
   * Rejects with the first failure of all.
   */
  store(piece: Piece, { only }: { only?: string } = {}): Promise<StoredPiece> {
    return new Promise((resolve, reject) => {
      this.queue.push({ piece, only, resolve, reject });
      void this.options.blocks.pool.use((lane, slot) => this.takeTurn(lane, slot));
    });
  }

  /** Whether the store has this block; if so, `suspects` counts with it. */
  refer(hash: string): boolean {
    const place = this.options.blocks.placeOf(hash);
    if (place) this.referred.add(this.options.blocks.packOf(place));
    return place !== null;
  }

  /** Older packs with blocks that are needed here, which nobody has read since then (Unix ms), or somebody found damaged meanwhile. */
  suspects(since: number): string[] {
    const { blocks } = this.options;
    return [...this.referred].filter(
      (id) => !this.own.has(id) && (blocks.checkedAt(id) < since || blocks.isLostSince(id, this.lostBefore)),
    );
  }

  /** Everything is on the disk, and was read back. */
  async finish(): Promise<void> {
    for (const lane of this.options.blocks.pool.lanes) {
      const sealed = await lane.seal();
      if (sealed) this.entered(sealed, lane);
    }
    await Promise.all(this.verifying);
    if (this.failure) throw this.failure.error;
  }

  /** It came to no good end: what was stored stays as far as that can be, for the next one. Never rejects. */
  async abandon(): Promise<void> {
    const { blocks } = this.options;
    this.failure ??= { error: new DOMException('It was given up', 'AbortError') };
    for (const lane of blocks.pool.lanes) {
      try {
        const sealed = await lane.seal();
        if (sealed) blocks.add(sealed);
      } catch {
        await lane.discard().catch(() => {});
      }
    }
    await Promise.allSettled(this.verifying);
  }

  /** As much of what waits as fits into one slot. The turn of one piece may take many: then others find nothing. */
  private async takeTurn(lane: Lane, slot: number): Promise<void> {
    const batch: Waiting[] = [];
    let bytes = 0;
    for (let next = this.queue[0]; next; next = this.queue[0]) {
      if (batch.length === maxTogether || bytes + next.piece.length > blockBytes) break;
      bytes += next.piece.length;
      batch.push(next);
      this.queue.shift();
    }
    if (batch.length === 0) return;
    try {
      if (this.failure) throw this.failure.error;
      const stored = await this.storeBatch(lane, slot, batch);
      for (const [index, waiting] of batch.entries()) {
        const piece = stored[index];
        if (piece) waiting.resolve(piece);
      }
    } catch (error) {
      this.failure ??= { error };
      for (const waiting of batch) waiting.reject(error);
    }
  }

  private async storeBatch(lane: Lane, slot: number, batch: Waiting[]): Promise<StoredPiece[]> {
    const hashed = await lane.hash(
      slot,
      batch.map(({ piece }) => piece),
    );
    const pieces = hashed.map(storedOf);
    const fresh: number[] = [];
    for (const [number, { hash }] of pieces.entries()) {
      const only = batch[number]?.only ?? hash;
      if (hash === null || only !== hash || this.pending.has(hash) || this.refer(hash)) continue;
      this.pending.add(hash);
      fresh.push(number);
    }
    if (fresh.length > 0) {
      for (const sealed of await lane.put(slot, fresh)) this.entered(sealed, lane);
    }
    return pieces;
  }

  /** A pack is on the disk: now it is read back. */
  private entered(sealed: SealedIndex, lane: Lane): void {
    const { blocks } = this.options;
    blocks.add(sealed);
    for (const { hash } of entriesOf(sealed.index)) this.pending.delete(hash.toString('hex'));
    this.own.add(sealed.id);
    this.newBytes += sealed.size;
    const work = this.verify(sealed, lane)
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => this.verifying.delete(work));
    this.verifying.add(work);
  }

  private async verify({ id, size }: SealedIndex, lane: Lane): Promise<void> {
    const { blocks, now, verified } = this.options;
    const { problem, damaged } = await lane.verify(id);
    if (problem !== null || damaged.length > 0) {
      blocks.markChecked(
        id,
        now(),
        damaged.map(({ hash }) => hash),
      );
      if (problem !== null) blocks.markGone(id);
      throw new LightdeckError(
        'conflict',
        `The disk gives back something else than was written to it (${problem ?? damaged[0]?.why}): don't trust it with snapshots`,
      );
    }
    blocks.markChecked(id, now());
    verified?.(size);
  }
}

function storedOf({ length, hash }: HashedPiece): StoredPiece {
  return { length, hash: hash && Buffer.from(hash).toString('hex') };
}
