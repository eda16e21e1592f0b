import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeBlock } from './block-codec.ts';
import { BlockIndex } from './block-index.ts';
import { blockBytes, storePaths } from './format.ts';
import { type ManifestEntry, manifestHash, readManifest } from './manifest.ts';
import { readPackIndex } from './pack-format.ts';
import { openPacks } from './pack-reader.ts';
import { isWithin } from './paths.ts';
import { PlainWriter } from './plain-writer.ts';
import { snapshotRecordSchema } from './schemas.ts';

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
    });
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

/** A file's content block by block; null: that many zeros. Throws where one is damaged. */
function* contentOf(index: BlockIndex, packs: ReturnType<typeof openPacks>, entry: ManifestEntry) {
  for (const [number, hash] of (entry.blocks ?? []).entries()) {
    const at = number * blockBytes;
    const place = hash === null ? null : index.get(Buffer.from(hash, 'hex'));
    if (hash !== null && !place) throw new Error('a block of it is missing');
    const bytes = place && decodeBlock(place, packs.read(index.packs[place.pack] ?? '', place));
    yield { at, bytes, length: Math.min(blockBytes, entry.size - at) };
  }
}

function list(): void {
  for (const { id, at, source, kind, files, bytes } of records())
    say(`${id}  ${new Date(at).toISOString()}  ${kind} of ${source}: ${files} files, ${bytes} bytes`);
}

async function files(id: string | undefined): Promise<void> {
  for await (const entry of readManifest(paths.manifest(recordOf(id).id)))
    if (entry.path !== '') say(entry.kind === 'folder' ? `${entry.path}/` : entry.path);
}

async function check(id: string | undefined): Promise<boolean> {
  const index = loadIndex();
  const packs = openPacks(paths);
  let bad = 0;
  for (const record of id === undefined ? records() : [recordOf(id)]) {
    const manifest = paths.manifest(record.id);
    if ((await manifestHash(manifest)) !== record.manifest.sha256) {
      say(`${record.id}: its list of files is damaged`);
      bad += 1;
      continue;
    }
    for await (const entry of readManifest(manifest)) {
      try {
        for (const _ of contentOf(index, packs, entry));
      } catch (error) {
        say(`${record.id}: ${entry.path}: ${wordsOf(error)}`);
        bad += 1;
      }
    }
    say(`${record.id}: read`);
  }
  packs.close();
  say(bad === 0 ? 'All is well.' : `${bad} damaged`);
  return bad === 0;
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
  const index = loadIndex();
  const packs = openPacks(paths);
  const writer = new PlainWriter(target);
  let [done, bad] = [0, 0];
  for await (const entry of readManifest(paths.manifest(record.id))) {
    const isChosen = chosen.length === 0 || chosen.some((path) => isWithin(entry.path, path));
    const isAround = entry.kind === 'folder' && chosen.some((path) => isWithin(path, entry.path));
    if (!isChosen && !isAround) continue;
    try {
      writer.write(entry, () => contentOf(index, packs, entry));
      if (entry.kind === 'file') done += 1;
    } catch (error) {
      say(`${entry.path} could not be restored: ${wordsOf(error)}`);
      bad += 1;
    }
  }
  writer.finish();
  packs.close();
  say(`${done} files are in ${target}${bad === 0 ? '.' : `; ${bad} could not be restored.`}`);
  return bad === 0 && done > 0;
}

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
