import { LightdeckError } from '../../../shared/errors.ts';
import type { ArchiveFormat } from '../../../shared/http/archives.ts';
import type { FileInfo, Jail, UserPath } from '../contract.ts';
import { shown } from '../file-errors.ts';
import { refuseAbsolute } from '../user-path.ts';
import { encode } from './codec.ts';
import type { NewEntry } from './entry.ts';
import { maxEntries, maxNameLength } from './extraction-guard.ts';
import { fileChunks } from './file-chunks.ts';
import { ifGone, joinPath } from './paths.ts';

export interface PackOptions {
  jail: Jail;
  format: ArchiveFormat;
  /** The folder that the archive is made of, and made in. */
  path: UserPath;
  /** What of that folder goes in, relative to it; null for all. */
  paths: UserPath[] | null;
  /** Without ending, relative to `path`. */
  outputName: UserPath;
  signal: AbortSignal;
  /** Bytes done, and of how many. */
  onProgress: (current: number, total: number) => void;
}

export interface Packed {
  archive_path: UserPath;
  /** Bytes of the archive. */
  size: number;
  files: number;
  folders: number;
  skipped_links: number;
  skipped_others: number;
  /** Files that changed their length or vanished while they were read: a running server goes on writing. */
  changed: number;
}

/**
 * Writes an archive into the volume, all or nothing, over an older one of that name. It holds neither itself nor the older one. Links are left
 * out, since nothing here makes links when it unpacks, and so are pipes, sockets and devices; both are counted. A file that
 * shrinks while it is read is filled up with zeros, as tar does. Throws LightdeckError.
 */
export async function pack(options: PackOptions): Promise<Packed> {
  const packing = new Packing(options);
  const total = await packing.survey();
  const entries = packing.entries(total);
  const size = await options.jail.writeWhole(packing.output, encode(options.format, entries), {
    signal: options.signal,
  });
  return { archive_path: packing.output, size, ...packing.counts };
}

interface Found {
  /** In the archive. */
  name: string;
  info: FileInfo;
}

class Packing {
  readonly output: UserPath;
  counts = { files: 0, folders: 0, skipped_links: 0, skipped_others: 0, changed: 0 };
  private readonly options: PackOptions;
  private readonly base: UserPath;
  private bytes = 0;

  constructor(options: PackOptions) {
    this.options = options;
    this.base = joinPath(refuseAbsolute(options.path), '');
    const ending = `.${options.format}`;
    const name = refuseAbsolute(options.outputName);
    if (/(^|\/)\.*\/*$/.test(name))
      throw new LightdeckError('invalid', 'output_name: must be the name of a file, without its ending');
    this.output = joinPath(this.base, name.endsWith(ending) ? name : name + ending);
  }

  /** How many bytes there are to pack. */
  async survey(): Promise<number> {
    let total = 0;
    for await (const { info } of this.find()) {
      if (info.kind === 'file') total += info.size;
    }
    return total;
  }

  async *entries(total: number): AsyncGenerator<NewEntry> {
    for await (const { name, info } of this.find()) {
      switch (info.kind) {
        case 'link':
          this.counts.skipped_links += 1;
          break;
        case 'other':
          this.counts.skipped_others += 1;
          break;
        case 'directory':
          if (name === '') break;
          this.counts.folders += 1;
          yield { ...info, name, kind: 'directory', size: 0, content: nothing };
          break;
        case 'file':
          yield* this.file(name, info, total);
      }
    }
  }

  private async *file(name: string, info: FileInfo, total: number): AsyncGenerator<NewEntry> {
    const file = await this.options.jail
      .open(joinPath(this.base, name), { read: true, write: false })
      .catch(ifGone);
    if (file === null) {
      this.counts.changed += 1;
      return;
    }
    try {
      const { size, mtimeMs } = await file.stat();
      const content = () =>
        this.content(fileChunks(file, { start: 0, end: size, signal: this.options.signal }), { size, total });
      yield { ...info, name, kind: 'file', size, modifiedAt: mtimeMs, content };
      this.counts.files += 1;
      if ((await file.stat()).size !== size) this.counts.changed += 1;
    } finally {
      await file.close();
    }
  }

  /** Exactly `size` bytes: the archive has promised them already. */
  private async *content(
    chunks: AsyncIterable<Uint8Array>,
    { size, total }: { size: number; total: number },
  ): AsyncGenerator<Uint8Array> {
    let rest = size;
    for await (const chunk of chunks) {
      rest -= chunk.length;
      this.bytes += chunk.length;
      this.options.onProgress(this.bytes, total);
      yield chunk;
    }
    for (; rest > 0; rest -= filler.length) yield filler.subarray(0, Math.min(rest, filler.length));
  }

  /** All that goes in. Throws `too_large` above `maxEntries`: a server that makes files all the time must not make it endless. */
  private async *find(): AsyncGenerator<Found> {
    let count = 0;
    for await (const found of this.findAll()) {
      this.options.signal.throwIfAborted();
      count += 1;
      if (count > maxEntries)
        throw new LightdeckError(
          'too_large',
          `There are more than ${maxEntries} files and folders: pack them in parts`,
        );
      yield found;
    }
  }

  /** Parents before children; what has a name that could not be unpacked is counted and left out. */
  private async *findAll(): AsyncGenerator<Found> {
    const { jail, paths, signal } = this.options;
    this.counts.skipped_others = 0;
    const starts = paths === null ? [''] : outermost(paths.map((path) => joinPath(refuseAbsolute(path), '')));
    for (const start of starts) {
      const top = joinPath(this.base, start);
      const info = start === '' ? await jail.stat(top) : await jail.lstat(top);
      if (start === '' && info.kind !== 'directory')
        throw new LightdeckError('invalid', `path: ${shown(top)} is no folder`);
      if (top !== this.output) yield { name: start, info };
      if (info.kind !== 'directory') continue;
      for await (const entry of jail.walk(top, { signal })) {
        const name = start === '' ? entry.path : `${start}/${entry.path}`;
        if (!isUsable(name)) this.counts.skipped_others += 1;
        else if (joinPath(this.base, name) !== this.output) yield { name, info: entry };
      }
    }
  }
}

const filler = Buffer.alloc(64 * 1024);

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Sorted, without those that are inside of another one. */
function outermost(paths: UserPath[]): UserPath[] {
  if (paths.includes('')) return [''];
  const sorted = [...new Set(paths)].sort();
  return sorted.filter((path) => !sorted.some((other) => path.startsWith(`${other}/`)));
}

function isUsable(name: string): boolean {
  try {
    return name.length <= maxNameLength && joinPath(refuseAbsolute(name), '') === name;
  } catch {
    return false;
  }
}
