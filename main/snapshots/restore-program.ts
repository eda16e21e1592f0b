import { readdirSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasCode } from '../lib/system-error.ts';
import { BlockIndex } from './block-index.ts';
import { FileFiller } from './file-filler.ts';
import { storePaths } from './format.ts';
import { InOrder } from './in-order.ts';
import { LanePool } from './lane-pool.ts';
import { type ManifestEntry, manifestHash, readManifest } from './manifest.ts';
import { readPackIndex } from './pack-format.ts';
import { isWithin } from './paths.ts';
import { type PlainFile, PlainWriter } from './plain-writer.ts';
import { type SnapshotRecord, snapshotRecordSchema } from './schemas.ts';
import { threadLanes } from './thread-lane.ts';

/**
 * `restore.mjs`, which lies in every store: brings back what is in it with Node alone, on a machine without us. It is bundled with all that it
 * needs by scripts/lib/program-text.ts.
 */
const usage = `Brings back files from this folder of Lightdeck snapshots. Needs Node 20 or later, and nothing else.

  node restore.mjs list                           the snapshots
  node restore.mjs files SNAPSHOT                 what is in one
  node restore.mjs check [SNAPSHOT]               reads everything, and names what is damaged
  node restore.mjs restore SNAPSHOT FOLDER [PATH…]  into a new folder: all, or these files and folders

SNAPSHOT is an id, or "latest". Owners are restored when it runs as root.
`;

const root = dirname(fileURLToPath(import.meta.url));
const paths = storePaths(root);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

class Refusal extends Error {}

/** Oldest first, by their time: their names know it only to the second. */
function records() {
  return readdirSync(paths.snapshots)
    .filter((name) => /^[0-9]{8}t[0-9]{6}-[0-9a-f]{8}\.json$/.test(name))
    .sort()
    .flatMap((name) => {
      const parsed = snapshotRecordSchema.safeParse(
        JSON.parse(readFileSync(join(paths.snapshots, name), 'utf8')),
      );
      if (!parsed.success) say(`${name} can't be read`);
      return parsed.success ? [parsed.data] : [];
    })
    .sort((a, b) => a.at - b.at);
}

function recordOf(id: string | undefined) {
  const all = records();
  const found = id === 'latest' ? all.at(-1) : all.find((record) => record.id === id);
  if (!found)
    throw new Refusal(
      `There is no snapshot ${id ?? ''}. These are there:\n${all.map((one) => one.id).join('\n')}`,
    );
  return found;
}

/** Where every block lies, and why packs can't be read. */
function loadIndex(): BlockIndex {
  const index = new BlockIndex();
  for (const folder of readdirSync(paths.packs)) {
    for (const name of readdirSync(join(paths.packs, folder))) {
      const id = basename(name, '.pack');
      try {
        const { entries } = readPackIndex(paths.pack(id), id);
        const pack = index.addPack(id);
        for (const entry of entries) index.add(pack, entry);
      } catch (error) {
        say(`The pack ${name} can't be read: ${wordsOf(error)}`);
      }
    }
  }
  return index;
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function list(): void {
  for (const { id, at, source, kind, files, bytes } of records())
    say(`${id}  ${new Date(at).toISOString()}  ${kind} of ${source}: ${files} files, ${bytes} bytes`);
}

async function files(id: string | undefined): Promise<void> {
  for await (const entry of readManifest(paths.manifest(recordOf(id).id)))
    if (entry.path !== '') say(entry.kind === 'folder' ? `${entry.path}/` : entry.path);
}

/** Threads for the work on blocks. */
const openPool = (): LanePool =>
  new LanePool({ paths, openLane: threadLanes('own'), count: Math.min(8, availableParallelism()) });

async function check(id: string | undefined): Promise<boolean> {
  const index = loadIndex();
  const chosen = id === undefined ? records() : [recordOf(id)];
  const readable = await readableOf(chosen);
  await forgetDamaged(index, id === undefined ? new Set(index.packs) : await packsOf(index, readable));
  let bad = chosen.length - readable.length;
  for (const record of readable) {
    for await (const { path, blocks = [] } of readManifest(paths.manifest(record.id))) {
      if (blocks.every((hash) => hash === null || index.get(Buffer.from(hash, 'hex')))) continue;
      say(`${record.id}: ${path}: a block of it is damaged or missing`);
      bad += 1;
    }
    say(`${record.id}: read`);
  }
  say(bad === 0 ? 'All is well.' : `${bad} damaged`);
  return bad === 0;
}

/** Those whose lists of files are what they were; of the others it is said. */
async function readableOf(chosen: SnapshotRecord[]): Promise<SnapshotRecord[]> {
  const readable: SnapshotRecord[] = [];
  for (const record of chosen) {
    if ((await manifestHash(paths.manifest(record.id))) === record.manifest.sha256) readable.push(record);
    else say(`${record.id}: its list of files is damaged`);
  }
  return readable;
}

async function packsOf(index: BlockIndex, chosen: SnapshotRecord[]): Promise<Set<string>> {
  const packs = new Set<string>();
  for (const record of chosen) {
    for await (const { blocks = [] } of readManifest(paths.manifest(record.id))) {
      for (const hash of blocks) {
        const place = hash === null ? null : index.get(Buffer.from(hash, 'hex'));
        if (place) packs.add(index.packs[place.pack] ?? '');
      }
    }
  }
  return packs;
}

/** Reads these packs, one at a time by each thread. */
async function forgetDamaged(index: BlockIndex, ids: Set<string>): Promise<void> {
  const pool = openPool();
  const queue = ids.values();
  await Promise.all(
    pool.lanes.map(async (lane) => {
      for (const id of queue) {
        const { problem, damaged } = await lane.verify(id);
        if (problem !== null) say(`The pack ${id} can't be read: ${problem}`);
        const bad = new Set(damaged.map(({ hash }) => hash));
        if (problem === null && bad.size === 0) continue;
        for (let number = 0; number < index.count; number += 1) {
          const { pack, hash } = index.at(number);
          const isBad = problem !== null || bad.has(hash.toString('hex'));
          if (isBad && index.packs[pack] === id) index.forget(number);
        }
      }
    }),
  );
  await pool.close();
}

/** Files that are under way at a time. */
const filesAtOnce = 32;

/** One restore: what it has come to. */
class Restoring {
  done = 0;
  bad = 0;
  /** The disk took no more of a file. */
  isFull = false;
  private readonly writer: PlainWriter;
  private readonly filler: FileFiller;
  private readonly order = new InOrder<void>(filesAtOnce, async () => {});

  constructor(writer: PlainWriter, filler: FileFiller) {
    this.writer = writer;
    this.filler = filler;
  }

  /** Resolves when the next entry may be begun; never rejects. */
  async begin(entry: ManifestEntry): Promise<void> {
    let file: PlainFile | null = null;
    try {
      file = await this.writer.begin(entry);
    } catch (error) {
      return this.fail(entry, error);
    }
    if (file) await this.order.add(this.fill(file, entry));
    // A further name of a file.
    else if (entry.kind === 'file') this.done += 1;
  }

  end(): Promise<void> {
    return this.order.end();
  }

  private async fill(file: PlainFile, entry: ManifestEntry): Promise<void> {
    try {
      await this.filler.fill(file.fd, entry);
    } catch (error) {
      file.abandon();
      return this.fail(entry, error);
    }
    try {
      file.end();
      this.done += 1;
    } catch (error) {
      this.fail(entry, error);
    }
  }

  private fail({ path }: ManifestEntry, error: unknown): void {
    this.bad += 1;
    if (hasCode(error, 'ENOSPC', 'EDQUOT')) this.isFull = true;
    else say(`${path} could not be restored: ${wordsOf(error)}`);
  }
}

async function restore(
  id: string | undefined,
  folder: string | undefined,
  chosen: string[],
): Promise<boolean> {
  if (folder === undefined) throw new Refusal('Into which folder?');
  const record = recordOf(id);
  const target = resolve(folder);
  if (statSync(target, { throwIfNoEntry: false }) && readdirSync(target).length > 0)
    throw new Refusal(`${target} is not empty: name a new folder`);
  const pool = openPool();
  const writer = new PlainWriter(target);
  const restoring = new Restoring(writer, new FileFiller({ paths, index: loadIndex(), pool }));
  for await (const entry of readManifest(paths.manifest(record.id))) {
    if (isWanted(entry, chosen)) await restoring.begin(entry);
    if (restoring.isFull) break;
  }
  await restoring.end();
  await pool.close();
  const { done, bad, isFull } = restoring;
  if (isFull)
    throw new Refusal(
      `The disk of ${target} is full after ${done} files: remove what is in that folder, free some space or name a folder on another disk, then begin again`,
    );
  writer.finish();
  say(`${done} files are in ${target}${bad === 0 ? '.' : `; ${bad} could not be restored.`}`);
  return bad === 0 && done > 0;
}

/** Chosen, or on the way to what is. */
const isWanted = ({ path, kind }: ManifestEntry, chosen: string[]): boolean =>
  chosen.length === 0 ||
  chosen.some((one) => isWithin(path, one) || (kind === 'folder' && isWithin(one, path)));

async function main([command, ...values]: string[]): Promise<boolean> {
  const [id, folder, ...chosen] = values;
  if (command === 'list') list();
  else if (command === 'files') await files(id);
  else if (command === 'check') return check(id);
  else if (command === 'restore')
    return restore(
      id,
      folder,
      chosen.map((path) => path.replace(/\/+$/, '')),
    );
  else say(usage);
  return command !== undefined;
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  say(error.message);
  process.exitCode = 1;
}
