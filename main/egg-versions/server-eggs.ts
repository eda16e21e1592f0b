import { isDeepStrictEqual } from 'node:util';
import type { readServerEgg } from '../../shared/http/egg-versions.ts';
import type { ReplyOf } from '../../shared/http/route.ts';
import type { Egg } from '../../shared/model/egg.ts';
import type { ServerDefinition } from '../../shared/model/server.ts';
import { type CatalogueOptions, EggCatalogue } from '../eggs/catalogue.ts';
import { compareEggs } from '../eggs/compare-eggs.ts';
import { type Move, moveServer } from './move-server.ts';

/** E16: whether servers are on the newest versions of their eggs, and how they come to be. */
export class ServerEggs {
  private readonly catalogue: EggCatalogue;

  constructor(options: CatalogueOptions) {
    this.catalogue = new EggCatalogue(options);
  }

  /** How a server stands with its egg, and what moving it would change. */
  read(definition: ServerDefinition): ReplyOf<typeof readServerEgg> {
    const { egg } = definition;
    const nothing = { egg, entry: null, changes: [], fields: [], notes: [], image: null };
    if (egg === null) return { ...nothing, state: 'none' };
    const entry = this.catalogue.ofServer(egg);
    if (entry === null) return { ...nothing, state: 'unknown' };
    if (entry.sha256 === egg.sha256) return { ...nothing, entry, state: 'newest' };
    const before = this.version(entry.id, egg.sha256);
    const after = this.catalogue.get(entry.id);
    const { notes, image, fields } = withFields(definition, moveServer(definition, { before, after }));
    const changes = before === null ? [] : compareEggs(before, after.egg);
    return { state: 'newer', egg, entry, changes, fields, notes, image };
  }

  /** The way to that version of its egg; null where it isn't the newest here, or the server is on it. */
  move(definition: ServerDefinition, sha256: string): (Move & { fields: string[] }) | null {
    const { egg } = definition;
    const entry = egg === null ? null : this.catalogue.ofServer(egg);
    if (egg === null || entry === null || entry.sha256 !== sha256 || egg.sha256 === sha256) return null;
    const before = this.version(entry.id, egg.sha256);
    return withFields(definition, moveServer(definition, { before, after: this.catalogue.get(entry.id) }));
  }

  /** Null: it is among those that were forgotten. */
  private version(id: string, sha256: string): Egg | null {
    const { versions } = this.catalogue.get(id);
    return versions.some((one) => one.sha256 === sha256) ? this.catalogue.get(id, sha256).egg : null;
  }
}

/** With the names of the fields that are different then. */
function withFields(definition: ServerDefinition, move: Move): Move & { fields: string[] } {
  const now = new Map(Object.entries(definition));
  const fields = Object.entries(move.changes)
    .filter(([field, value]) => field !== 'egg' && !isDeepStrictEqual(now.get(field), value))
    .map(([field]) => field);
  return { ...move, fields };
}
