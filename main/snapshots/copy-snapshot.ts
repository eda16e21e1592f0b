import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { LightdeckError } from '../../shared/errors.ts';
import { hasCode } from '../lib/system-error.ts';
import type { Blocks } from './blocks.ts';
import type { CopyPlace } from './contract.ts';
import { packName } from './copy-reader.ts';
import type { StorePaths } from './format.ts';
import { readManifest } from './manifest.ts';
import type { Pace } from './pace.ts';
import type { Records } from './records.ts';

/** What a place says about whose copies it has is no longer. */
const maxAbout = 64 * 1024;

export interface CopyParts {
  paths: StorePaths;
  blocks: Blocks;
  records: Records;
  /** Whatever reads the store, a file at a time: a far place must keep nobody here from freeing room. */
  inside: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Files that go along each time: the restore program and the record. */
export const alwaysSent = 2;
/** How often what is to be sent is looked up anew. */
const maxPasses = 5;

/**
 * Copies a snapshot, with what the place has not got yet of it. The place has the shape of a store, so the restore program that goes along
 * works there, too. Whatever is sent is read back and compared; the record goes last: until then there is no copy. `anew`: names of files there that
 * are damaged, and are sent although they are there. Throws LightdeckError `invalid` where a block is missing here, `conflict` where the place has copies of another store or gives back something else.
 */
export async function copySnapshot(
  parts: CopyParts,
  {
    id,
    place,
    pace,
    anew = new Set(),
  }: { id: string; place: CopyPlace; pace: Pace; anew?: ReadonlySet<string> },
): Promise<{ files: number; bytes: number }> {
  const { paths, blocks, inside } = parts;
  const copy = new Copy(paths, place, { pace, anew });
  await inside(() => copy.claim());
  for (let pass = 1; ; pass += 1) {
    const packs = await inside(() => neededPacks(parts, id));
    for (const pack of blocks.packs.keys()) if (anew.has(packName(pack))) packs.add(pack);
    pace.phase(
      'copying',
      [...packs].reduce((sum, pack) => sum + (blocks.packs.get(pack) ?? 0), 0),
    );
    try {
      for (const pack of packs) await inside(() => copy.send(paths.pack(pack), { isImmutable: true }));
      break;
    } catch (error) {
      // Somebody freed room meanwhile, and its blocks are in another pack now.
      if (!hasCode(error, 'ENOENT') || pass === maxPasses) throw error;
    }
  }
  await inside(async () => {
    await copy.send(paths.restoreProgram, { isImmutable: false });
    await copy.send(paths.manifest(id), { isImmutable: true });
    await copy.send(paths.record(id), { isImmutable: false });
  });
  return copy.sent;
}

async function neededPacks({ paths, blocks, records }: CopyParts, id: string): Promise<Set<string>> {
  await records.get(id);
  const packs = new Set<string>();
  for await (const { blocks: hashes = [] } of readManifest(paths.manifest(id))) {
    for (const hash of hashes) {
      const found = hash === null ? null : blocks.placeOf(hash);
      if (found) packs.add(blocks.packOf(found));
      else if (hash !== null)
        throw new LightdeckError(
          'invalid',
          'Blocks of the snapshot are damaged or missing: have it checked before it is copied',
        );
    }
  }
  return packs;
}

class Copy {
  readonly sent = { files: 0, bytes: 0 };
  private readonly paths: StorePaths;
  private readonly place: CopyPlace;
  private readonly pace: Pace;
  private readonly anew: ReadonlySet<string>;

  constructor(
    paths: StorePaths,
    place: CopyPlace,
    { pace, anew }: { pace: Pace; anew: ReadonlySet<string> },
  ) {
    this.paths = paths;
    this.place = place;
    this.pace = pace;
    this.anew = anew;
  }

  /** The place is this store's, or nobody's yet. */
  async claim(): Promise<void> {
    const isOwn = await isOwnPlace(this.place, this.paths, this.pace.signal);
    if (isOwn === null) await this.send(this.paths.about, { isImmutable: false });
  }

  /** Sends a file and reads it back. One that never changes and is there with its size was sent before. */
  async send(path: string, { isImmutable }: { isImmutable: boolean }): Promise<void> {
    const { signal } = this.pace;
    signal.throwIfAborted();
    const { size } = await stat(path);
    const name = this.nameOf(path);
    if (!isImmutable || this.anew.has(name) || (await this.place.size(name)) !== size) {
      const hash = createHash('sha256');
      // Under its own name only when it is known to be right: so what has its name need not be read again.
      const unproved = `${name}.part`;
      await this.place.put(unproved, this.content(path, hash), signal);
      if ((await hashOf(this.place.get(unproved, signal))) !== hash.digest('hex'))
        throw new LightdeckError(
          'conflict',
          `The copy of ${name} is not what was sent: don't trust that place with snapshots`,
        );
      await this.place.move(unproved, name);
      this.sent.files += 1;
      this.sent.bytes += size;
    }
    this.pace.count(1, size);
  }

  private async *content(path: string, hash: ReturnType<typeof createHash>): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      await this.pace.take(chunk.length);
      hash.update(chunk);
      yield chunk;
    }
  }

  private nameOf(path: string): string {
    return relative(this.paths.root, path).split(sep).join('/');
  }
}

/** Whether it has the copies of this store; null: none at all. Throws LightdeckError `conflict` where it has those of another one. */
export async function isOwnPlace(
  place: CopyPlace,
  { about, root }: StorePaths,
  signal: AbortSignal,
): Promise<true | null> {
  const name = relative(root, about);
  const size = await place.size(name);
  if (size === null) return null;
  if (size <= maxAbout && (await hashOf(place.get(name, signal))) === (await hashOf(createReadStream(about))))
    return true;
  throw new LightdeckError(
    'conflict',
    'That folder has the copies of another snapshot store: choose an empty one',
  );
}

async function hashOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}
