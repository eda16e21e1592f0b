import { createHash } from 'node:crypto';
import { LightdeckError } from '../../shared/errors.ts';
import type { EggEntry } from '../../shared/http/eggs.ts';
import type { Egg } from '../../shared/model/egg.ts';
import type { EggTable, EggVersion } from './egg-table.ts';
import { exportEgg } from './export-egg.ts';
import { parseEgg } from './parse-egg.ts';

/** Most eggs, versions of each, and characters of all together: all public ones are 1,200 eggs and 25 MB. */
const bounds = { eggs: 5000, versions: 8, characters: 256 * 1024 * 1024 };

/** By which two texts are the same egg in the same version. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export interface CatalogueOptions {
  table: EggTable;
  /** Unix milliseconds. */
  now: () => number;
}

export interface KnownEgg {
  entry: EggEntry;
  egg: Egg;
  notes: string[];
  sha256: string;
  versions: EggVersion[];
}

/** E8: the host's own eggs, each with its last versions as they were imported. */
export class EggCatalogue {
  private readonly table: EggTable;
  private readonly now: () => number;

  constructor({ table, now }: CatalogueOptions) {
    this.table = table;
    this.now = now;
  }

  /**
   * Takes an egg in, as a new one or as the newest version of the one with its uuid, else with its name and author. Throws `invalid` where it is
   * no egg, `conflict` where the catalogue is full.
   */
  add(text: string, source: string | null): KnownEgg & { outcome: 'added' | 'updated' | 'known' } {
    const { egg } = parseEgg(text);
    const id = idOf(egg);
    const sha256 = digestOf(text);
    const old = this.table.get(id);
    if (old?.sha256 === sha256) return { ...this.get(id), outcome: 'known' };
    if (
      (!old && this.table.all().length >= bounds.eggs) ||
      this.table.size() + text.length > bounds.characters
    )
      throw new LightdeckError('conflict', 'The catalogue of eggs is full: delete some that you do not use');
    const at = this.now();
    const { name, author } = egg;
    this.table.put(
      { id, name, author, sha256, source, created_at: old?.created_at ?? at, updated_at: at },
      text,
      bounds.versions,
    );
    return { ...this.get(id), outcome: old ? 'updated' : 'added' };
  }

  /** One egg in a version, the newest if none is said. Throws `not_found`. */
  get(id: string, version?: string): KnownEgg {
    const { entry, text, sha256 } = this.read(id, version);
    const { egg, notes } = parseEgg(text);
    return { entry, egg, notes: notes.map((note) => note.text), sha256, versions: this.table.versions(id) };
  }

  /** The one that a server came from: by its version, else by its uuid. Null where it isn't here. */
  ofServer({ uuid, sha256 }: { uuid: string | null; sha256: string }): EggEntry | null {
    const id = this.table.owner(sha256);
    if (id !== null) return this.table.get(id);
    return uuid === null ? null : this.table.get(idOf({ uuid, name: '', author: '' }));
  }

  remove(id: string): void {
    if (!this.table.remove(id)) throw unknown();
  }

  /** As PTDL_v2, with a name for the file. */
  export(id: string, version?: string): { file_name: string; text: string } {
    const { egg } = this.get(id, version);
    const name = egg.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 64);
    return { file_name: `egg-${name || 'export'}.json`, text: exportEgg(egg) };
  }

  private read(id: string, version?: string): { entry: EggEntry; text: string; sha256: string } {
    const entry = this.table.get(id);
    if (!entry) throw unknown();
    const sha256 = version ?? entry.sha256;
    const text = this.table.text(id, sha256);
    if (text === null) throw new LightdeckError('not_found', 'This egg has no such version here');
    return { entry, text, sha256 };
  }
}

const unknown = (): LightdeckError => new LightdeckError('not_found', 'There is no such egg here');

/** The same for all versions of an egg. */
export function idOf({ uuid, name, author }: Pick<Egg, 'uuid' | 'name' | 'author'>): string {
  const identity =
    uuid === null ? ['name', name.toLowerCase(), author.toLowerCase()] : ['uuid', uuid.toLowerCase()];
  return digestOf(JSON.stringify(identity)).slice(0, 16);
}
