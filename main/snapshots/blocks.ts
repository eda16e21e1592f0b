import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { errorText } from '../../shared/error-text.ts';
import { inSlices } from '../lib/in-slices.ts';
import { Limiter } from '../lib/limiter.ts';
import type { Log } from '../lib/log.ts';
import { hasCode } from '../lib/system-error.ts';
import { BlockIndex, type BlockPlace } from './block-index.ts';
import { writeDurably } from './durable.ts';
import type { StorePaths } from './format.ts';
import type { Lane } from './lane.ts';
import { entriesOf, type SealedIndex } from './lane-core.ts';
import type { LanePool } from './lane-pool.ts';
import { hashSchema } from './schemas.ts';

const packName = /^([0-9a-f]{64})\.pack$/;

const packHealthSchema = z.object({
  /** When it was read back as a whole last, Unix ms. */
  checked_at: z.int(),
  /** Blocks of it that are damaged. */
  damaged: z.array(hashSchema).optional(),
  /** Since when something in it is needed by nobody, Unix ms. */
  waste_since: z.int().optional(),
});
type PackHealth = z.output<typeof packHealthSchema>;
/** Its entries are looked at one by one, in slices: a large store has tens of thousands. */
const healthSchema = z.object({
  packs: z.custom<object>((value) => typeof value === 'object' && value !== null),
});

export interface BlocksOptions {
  paths: StorePaths;
  pool: LanePool;
  log: Log;
}

/** What lies on the disk. */
interface View {
  index: BlockIndex;
  /** Bytes by pack. */
  sizes: Map<string, number>;
}

/** All blocks of a store as they lie on the disk, and what is known of their health. */
export class Blocks {
  readonly paths: StorePaths;
  readonly pool: LanePool;
  private readonly log: Log;
  private view: View = { index: new BlockIndex(), sizes: new Map() };
  private readonly refreshes = new Limiter(1);
  /** Packs that are there and can't be read. */
  readonly unreadable = new Set<string>();
  /** Packs that a snapshot on its way here needs, which nothing in the store says yet: they stay. */
  readonly awaited = new Set<string>();
  private health = new Map<string, PackHealth>();
  /** Packs of whose health something is known here that is not on the disk yet. */
  private readonly unsaved = new Set<string>();
  /** Packs that turned out to be damaged: at the how manieth such look. */
  private readonly losses = new Map<string, number>();
  private lossCount = 0;

  constructor({ paths, pool, log }: BlocksOptions) {
    this.paths = paths;
    this.pool = pool;
    this.log = log;
  }

  get index(): BlockIndex {
    return this.view.index;
  }

  /** Bytes by pack. */
  get packs(): ReadonlyMap<string, number> {
    return this.view.sizes;
  }

  /** Looks at the disk again. Packs that can't be read are logged, and their blocks are missing. */
  refresh(): Promise<void> {
    return this.refreshes.run(async () => {
      const health = await this.readHealth();
      for (const id of this.unsaved) {
        const known = this.health.get(id);
        if (known) health.set(id, known);
        else health.delete(id);
      }
      this.health = health;
      const there = await listPacks(this.paths);
      const isLess = [...this.view.sizes.keys()].some((id) => !there.has(id));
      // Numbers of packs and blocks stay what they are; so where something is gone, a new index takes the place of the old one when it is whole.
      const view = isLess ? { index: new BlockIndex(), sizes: new Map() } : this.view;
      this.unreadable.clear();
      const limiter = new Limiter(8);
      const unknown = [...there].filter((id) => !view.sizes.has(id));
      await Promise.all(unknown.map((id, at) => limiter.run(() => this.load(id, this.laneFor(at), view))));
      this.view = view;
    });
  }

  /** Enters a pack that was just written, perhaps in the place of a damaged one with the same blocks. */
  add(pack: SealedIndex): void {
    this.health.delete(pack.id);
    this.unsaved.add(pack.id);
    this.enter(pack, this.view);
  }

  placeOf(hash: string): BlockPlace | null {
    return this.view.index.get(Buffer.from(hash, 'hex'));
  }

  packOf(place: BlockPlace): string {
    return this.view.index.packs[place.pack] ?? '';
  }

  /** When the pack was read back last, Unix ms; 0: nobody knows. */
  checkedAt(id: string): number {
    return this.health.get(id)?.checked_at ?? 0;
  }

  wasteSince(id: string): number | undefined {
    return this.health.get(id)?.waste_since;
  }

  markWaste(id: string, since: number | undefined): void {
    const known = this.health.get(id) ?? { checked_at: 0 };
    this.health.set(id, { ...known, waste_since: since });
    this.unsaved.add(id);
  }

  /** The pack was read back as a whole. Its damaged blocks are missing from now on, so that whoever has them stores them anew. */
  markChecked(id: string, at: number, damaged: string[] = []): void {
    const { waste_since } = this.health.get(id) ?? {};
    const all = damaged.length > 0 ? { damaged } : {};
    this.health.set(id, { checked_at: at, waste_since, ...all });
    this.unsaved.add(id);
    if (damaged.length > 0) this.lose(id);
    for (const hash of damaged) this.forget(id, hash);
  }

  /** The pack can't be read at all. */
  markGone(id: string): void {
    this.lose(id);
    const number = this.view.index.packs.indexOf(id);
    for (let block = 0; block < this.view.index.count; block += 1) {
      if (this.view.index.packAt(block) === number) this.view.index.forget(block);
    }
  }

  /** How many damaged packs were found until now, for `isLostSince`. */
  get lost(): number {
    return this.lossCount;
  }

  /** Whether damage was found in the pack since then. */
  isLostSince(id: string, lost: number): boolean {
    return (this.losses.get(id) ?? 0) > lost;
  }

  async saveHealth(): Promise<void> {
    const packs = [...this.health].filter(([id]) => this.view.sizes.has(id));
    const saved = new Map([...this.unsaved].map((id) => [id, this.health.get(id)]));
    const parts: string[] = [];
    for await (const slice of inSlices(packs))
      parts.push(JSON.stringify(Object.fromEntries(slice)).slice(1, -1));
    await writeDurably(this.paths.health, `{"packs":{${parts.join(',\n')}}}\n`);
    // Not before: who looks at the disk meanwhile would take what was there for all that is known.
    for (const [id, known] of saved) if (this.health.get(id) === known) this.unsaved.delete(id);
  }

  /** Spreads work over the lanes. */
  laneFor(turn: number): Lane {
    const { lanes } = this.pool;
    const lane = lanes[turn % lanes.length];
    if (!lane) throw new RangeError('no lanes');
    return lane;
  }

  private lose(id: string): void {
    this.lossCount += 1;
    this.losses.set(id, this.lossCount);
  }

  private forget(pack: string, hash: string): void {
    const bytes = Buffer.from(hash, 'hex');
    const place = this.view.index.get(bytes);
    if (place && this.packOf(place) === pack) this.view.index.forget(this.view.index.numberOf(bytes));
  }

  private enter({ id, size, index }: SealedIndex, view: View): void {
    const known = view.sizes.has(id) ? view.index.packs.indexOf(id) : -1;
    const pack = known < 0 ? view.index.addPack(id) : known;
    view.sizes.set(id, size);
    const damaged = new Set(this.health.get(id)?.damaged);
    for (const entry of entriesOf(index)) {
      if (damaged.size === 0 || !damaged.has(entry.hash.toString('hex'))) view.index.add(pack, entry);
    }
  }

  private async load(id: string, lane: Lane, view: View): Promise<void> {
    try {
      this.enter(await lane.index(id), view);
    } catch (error) {
      this.unreadable.add(id);
      this.log.warn({ pack: id, error: errorText(error) }, 'a pack of a snapshot store can not be read');
    }
  }

  private async readHealth(): Promise<Map<string, PackHealth>> {
    try {
      const { packs } = healthSchema.parse(JSON.parse(await readFile(this.paths.health, 'utf8')));
      const health = new Map<string, PackHealth>();
      for await (const slice of inSlices(Object.entries(packs)))
        for (const [id, known] of slice) health.set(hashSchema.parse(id), packHealthSchema.parse(known));
      return health;
    } catch (error) {
      // Nothing is known then: everything is read back when it is needed.
      if (!hasCode(error, 'ENOENT'))
        this.log.warn({ error: errorText(error) }, 'what is known of the health of a snapshot store is lost');
      return new Map();
    }
  }
}

/** Ids of the packs that lie in a store. */
export async function listPacks(paths: StorePaths): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const folder of await readdir(paths.packs)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    for (const name of await readdir(paths.packFolder(folder))) {
      const id = packName.exec(name)?.[1];
      if (id?.startsWith(folder)) ids.add(id);
    }
  }
  return ids;
}
