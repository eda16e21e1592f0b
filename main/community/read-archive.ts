import { createHash } from 'node:crypto';
import { LightdeckError } from '../../shared/errors.ts';
import { parseEgg } from '../eggs/parse-egg.ts';
import type { ArchivedEntry } from '../files/archives/entry.ts';
import { tellingReadingErrors } from '../files/archives/entry.ts';
import { gunzip } from '../files/archives/gzip.ts';
import { readTar } from '../files/archives/tar-reader.ts';

/** Of one repository: bytes of its archive and of what comes out of it, of one egg, of all eggs; and how many. The largest public one has 12 MB. */
const bounds = {
  packed: 64 * 1024 * 1024,
  unpacked: 512 * 1024 * 1024,
  egg: 1024 * 1024,
  eggs: 48 * 1024 * 1024,
  count: 3000,
};
/** Of a description, in characters. */
const maxDescription = 300;

export interface CommunityEgg {
  /** Of its place in the repository, so that it stays the same in the next state of it. */
  id: string;
  path: string;
  name: string;
  author: string;
  description: string;
  /** The one that it runs in first. */
  image: string;
  text: string;
}

/** E14: the eggs in a repository's tar.gz; files that are none are passed over, and of twins one is taken. Throws LightdeckError for what is no archive, or too large. */
export async function readEggArchive(
  bytes: AsyncIterable<Uint8Array>,
  { signal, onRead }: { signal: AbortSignal; onRead: (bytes: number) => void },
): Promise<CommunityEgg[]> {
  const found = new Map<string, CommunityEgg>();
  let size = 0;
  const packed = counted(bytes, bounds.packed, onRead);
  const entries = tellingReadingErrors(readTar(counted(gunzip(packed), bounds.unpacked, () => {})));
  for await (const entry of entries) {
    signal.throwIfAborted();
    const text = await textOf(entry);
    const egg = text === null ? null : eggOf(entry.name, text);
    if (!egg) continue;
    const key = twinKey(egg);
    const twin = found.get(key);
    if (twin && rank(twin.path) <= rank(egg.path)) continue;
    size += egg.text.length - (twin?.text.length ?? 0);
    found.set(key, egg);
    if (size > bounds.eggs || found.size > bounds.count) throw tooLarge();
  }
  return [...found.values()];
}

async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  most: number,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const part of bytes) {
    length += part.length;
    if (length > most) throw tooLarge();
    onRead(length);
    yield part;
  }
}

const tooLarge = (): LightdeckError =>
  new LightdeckError('too_large', 'This repository is larger than any collection of eggs should be');

/** Null: it can't be an egg. */
async function textOf({ name, kind, size, content }: ArchivedEntry): Promise<string | null> {
  if (kind !== 'file' || size > bounds.egg || !/\.(json|ya?ml)$/i.test(name)) return null;
  const parts: Uint8Array[] = [];
  for await (const part of content()) parts.push(Buffer.from(part));
  const text = Buffer.concat(parts).toString('utf8');
  return /\b(PTDL|PLCN)_v/.test(text) ? text : null;
}

/** The path is below the archive's one folder, which is called otherwise each time. */
function eggOf(name: string, text: string): CommunityEgg | null {
  const path = name.replace(/^[^/]+\//, '');
  try {
    const { egg } = parseEgg(text);
    const id = createHash('sha256').update(path).digest('hex').slice(0, 16);
    const description = egg.description.replace(/\s+/g, ' ').trim().slice(0, maxDescription);
    const image = egg.images[0]?.image ?? '';
    return { id, path, name: egg.name, author: egg.author, description, image, text };
  } catch (error) {
    if (error instanceof LightdeckError) return null;
    throw error;
  }
}

/** The same egg in two formats lies in one folder under one name. */
function twinKey({ path, name }: CommunityEgg): string {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  return `${folder}\n${name.trim().toLowerCase()}`;
}

/** The newer format first. */
function rank(path: string): number {
  const file = path.slice(path.lastIndexOf('/') + 1);
  if (/^(pterodactyl|pelican-old)/i.test(file)) return 2;
  return /\.ya?ml$/i.test(file) ? 0 : 1;
}
