import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip, type Gzip } from 'node:zlib';
import { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import { MiB } from '../../shared/units.ts';
import type { FileMark, TreeEntry } from './contract.ts';
import { namesOf } from './paths.ts';
import { hashSchema } from './schemas.ts';

/** An entry as a manifest has it. `linked`: others are further names of it. `blocks`: a file's content, block by block; null: zeros. `mark`: the file as it was read, if it held still. */
export interface ManifestEntry extends TreeEntry {
  mark?: FileMark | undefined;
  linked?: boolean | undefined;
  blocks?: (string | null)[] | undefined;
}

/** Longest line, in characters: a file of 4 TB. */
const maxLine = 72 * MiB;
/** Text that is gathered before it is handed on. */
const gatherChars = 64 * 1024;

const nanosecondsSchema = z
  .string()
  .regex(/^-?[0-9]{1,20}$/)
  .transform((text) => BigInt(text));
const countSchema = z.int().nonnegative();

const common = {
  path: z.string(),
  mode: z.int().min(0).max(0o7777),
  uid: countSchema,
  gid: countSchema,
  mtime: nanosecondsSchema,
};
const lineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), ...common }),
  z.object({ kind: z.literal('link'), ...common, target: z.string().min(1) }),
  z.object({
    kind: z.literal('file'),
    ...common,
    size: countSchema,
    sparse: z.literal(true).optional(),
    linked: z.literal(true).optional(),
    hard_link_to: z.string().optional(),
    blocks: z.array(hashSchema.nullable()),
    ctime: nanosecondsSchema.optional(),
    ino: nanosecondsSchema.optional(),
  }),
  z.object({ kind: z.literal('end'), entries: countSchema }),
]);

function lineOf(entry: ManifestEntry): string {
  const { path, kind, mode, uid, gid, mtime_ns, size, sparse, target, linked, hard_link_to, blocks, mark } =
    entry;
  const line = { path, kind, mode, uid, gid, mtime: String(mtime_ns) };
  if (kind === 'folder') return JSON.stringify(line);
  if (kind === 'link') return JSON.stringify({ ...line, target });
  const seen = mark ? { ctime: String(mark.ctime_ns), ino: String(mark.ino) } : {};
  return JSON.stringify({
    ...line,
    size,
    sparse: sparse || undefined,
    linked,
    hard_link_to,
    ...seen,
    blocks,
  });
}

function entryOf(line: Exclude<z.output<typeof lineSchema>, { kind: 'end' }>): ManifestEntry {
  const { path, kind, mode, uid, gid, mtime } = line;
  namesOf(path);
  const base = { path, mode, uid, gid, mtime_ns: mtime };
  if (kind === 'folder') return { ...base, kind, size: 0 };
  if (kind === 'link') return { ...base, kind, size: 0, target: line.target };
  const { size, sparse, linked, hard_link_to, blocks, ctime, ino } = line;
  if (hard_link_to !== undefined) namesOf(hard_link_to);
  const mark =
    ctime === undefined || ino === undefined ? undefined : { size, mtime_ns: mtime, ctime_ns: ctime, ino };
  return { ...base, kind, size, sparse, linked, hard_link_to, blocks, mark };
}

/** Writes a manifest, entry by entry. */
export class ManifestWriter {
  private readonly path: string;
  private readonly file: FileHandle;
  private readonly gzip: Gzip = createGzip({ level: 4 });
  private readonly hash = createHash('sha256');
  private readonly written: Promise<void>;
  private waiting = '';
  private entries = 0;
  private bytes = 0;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.file = file;
    this.written = pipeline(this.gzip, async (source: AsyncIterable<Buffer>) => {
      for await (const chunk of source) {
        this.hash.update(chunk);
        this.bytes += chunk.length;
        await file.writeFile(chunk);
      }
    });
    // Told where it is waited for.
    this.written.catch(() => {});
  }

  static async open(path: string): Promise<ManifestWriter> {
    return new ManifestWriter(path, await open(path, 'wx', 0o600));
  }

  async add(entry: ManifestEntry): Promise<void> {
    this.entries += 1;
    this.waiting += `${lineOf(entry)}\n`;
    if (this.waiting.length >= gatherChars) await this.hand();
  }

  /** Puts it on the disk. */
  async end(): Promise<{ sha256: string; bytes: number }> {
    this.waiting += `${JSON.stringify({ kind: 'end', entries: this.entries })}\n`;
    await this.hand();
    this.gzip.end();
    await this.written;
    await this.file.sync();
    await this.file.close();
    return { sha256: this.hash.digest('hex'), bytes: this.bytes };
  }

  /** It isn't wanted any more. Never rejects. */
  async discard(): Promise<void> {
    this.gzip.destroy();
    await this.written.catch(() => {});
    await this.file.close().catch(() => {});
    await rm(this.path, { force: true }).catch(() => {});
  }

  private async hand(): Promise<void> {
    const text = this.waiting;
    this.waiting = '';
    await new Promise<void>((resolve, reject) => {
      this.written.catch(reject);
      this.gzip.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }
}

/** Streams a manifest's entries. Throws LightdeckError `invalid` where it is damaged, at the latest at its end. */
export async function* readManifest(path: string): AsyncGenerator<ManifestEntry, void, undefined> {
  let entries = 0;
  for await (const text of readLines(path)) {
    const line = parseLine(text);
    if (line.kind === 'end') {
      if (line.entries !== entries) break;
      return;
    }
    entries += 1;
    yield entryOf(line);
  }
  throw damaged('it is not whole');
}

function parseLine(text: string): z.output<typeof lineSchema> {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch (error) {
    throw damaged('a line of it makes no sense', error);
  }
}

async function* readLines(path: string): AsyncGenerator<string, void, undefined> {
  const file = createReadStream(path);
  const gunzip = createGunzip();
  // The generator may be left in the middle: then nobody waits for this one.
  pipeline(file, gunzip).catch(() => {});
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest: string[] = [];
  let held = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      const lines = decoder.decode(chunk, { stream: true }).split('\n');
      const last = lines.pop() ?? '';
      const [first, ...others] = lines;
      if (first !== undefined) {
        yield rest.join('') + first;
        yield* others;
        rest = [];
        held = 0;
      }
      rest.push(last);
      held += last.length;
      if (held > maxLine) throw damaged('a line of it has no end');
    }
  } catch (error) {
    if (error instanceof LightdeckError) throw error;
    throw damaged('it can no longer be read', error);
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

function damaged(why: string, cause?: unknown): LightdeckError {
  return new LightdeckError('invalid', `The snapshot's list of files is damaged: ${why}`, { cause });
}

/** The manifest with its hash; null if it is missing. */
export async function manifestHash(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  } catch {
    return null;
  }
}
