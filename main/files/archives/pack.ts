import { LightdeckError } from '../../../shared/errors.ts';
import type { ArchiveFormat } from '../../../shared/http/archives.ts';
import type { FileInfo, Jail, Removal, UserPath } from '../contract.ts';
import { shown } from '../file-errors.ts';
import { refuseAbsolute } from '../user-path.ts';
import { encode } from './codec.ts';
import type { NewEntry } from './entry.ts';
import { entryPath, maxEntries, maxNameLength } from './extraction-guard.ts';
import { fileChunks } from './file-chunks.ts';
import { ifGone, joinPath } from './paths.ts';
import { blockSize } from './tar-header.ts';
import { zipCanSay } from './zip-writer.ts';

export interface PackOptions {
  jail: Jail;
  format: ArchiveFormat;
  /** The folder that the archive is made of, and made in. */
  path: UserPath;
  /** What of that folder goes in, relative to it; null for all. */
  paths: UserPath[] | null;
  /** Without ending, relative to `path`. */
  outputName: UserPath;
  /** Bytes that the volume still has room for, at the moment; Infinity where nobody set a bound. */
  roomLeft: () => number;
  /** The same, after the trash was emptied for so many bytes, where that is needed and enough; none: as it is. */
  makeRoom?: (bytes: number) => Promise<number>;
  /** An older archive of that name goes to the trash. */
  keepOld?: Removal | undefined;
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
  links: number;
  skipped_links: number;
  skipped_others: number;
  /** Files that changed their length or vanished while they were read: a running server goes on writing. */
  changed: number;
  /** Of how much the format can't say the time: it says the nearest. */
  clamped_times: number;
}

/**
 * Writes an archive into the volume, all or nothing, over an older one of that name. It holds neither itself nor the older one. What leads out of
 * the volume is left out, and so are pipes, sockets, devices and names that the format can't say; all are counted. A file that
 * shrinks while it is read is filled up with zeros, as tar does. What can't fit is refused before it begins. Throws LightdeckError.
 */
export async function pack(options: PackOptions): Promise<Packed> {
  const output = outputOf(options);
  const packing = new Packing(options, output);
  const total = await packing.survey();
  const entries = packing.entries(total);
  const size = await options.jail.writeWhole(output, encode(options.format, entries), {
    signal: options.signal,
    keepOld: options.keepOld,
  });
  return { archive_path: output, size, ...packing.counts };
}

/**
 * The bytes of the same archive, for whoever takes them as they are made; the volume needs no room for them. What a reader stops
 * taking is made no further. Throws as `pack` does, also in the middle.
 */
export function packed(options: Pick<PackOptions, 'jail' | 'format' | 'path' | 'paths' | 'signal'>) {
  const nobody = { roomLeft: () => Number.POSITIVE_INFINITY, onProgress: () => {} };
  return encode(options.format, new Packing({ ...options, ...nobody }, null).entries(0));
}

function outputOf({ path, outputName, format }: PackOptions): UserPath {
  const ending = `.${format}`;
  const name = refuseAbsolute(outputName);
  if (/(^|\/)\.*\/*$/.test(name))
    throw new LightdeckError('invalid', 'output_name: must be the name of a file, without its ending');
  const base = joinPath(refuseAbsolute(path), '');
  return joinPath(base, name.endsWith(ending) ? name : name + ending);
}

interface Found {
  /** In the archive. */
  name: string;
  info: FileInfo;
}

class Packing {
  counts = {
    files: 0,
    folders: 0,
    links: 0,
    skipped_links: 0,
    skipped_others: 0,
    changed: 0,
    clamped_times: 0,
  };
  private readonly options: Omit<PackOptions, 'outputName'>;
  private readonly base: UserPath;
  /** Stays out of it; null: it is made nowhere in the volume. */
  private readonly output: UserPath | null;
  private bytes = 0;

  constructor(options: Omit<PackOptions, 'outputName'>, output: UserPath | null) {
    this.options = options;
    this.base = joinPath(refuseAbsolute(options.path), '');
    this.output = output;
  }

  /** How many bytes there are to pack. Throws `out_of_space` where that can't end well with so many bytes left. */
  async survey(): Promise<number> {
    const { format, roomLeft, makeRoom } = this.options;
    let [total, archive, allocated] = [0, 0, 0];
    for await (const { info } of this.find()) {
      const size = info.kind === 'file' ? info.size : 0;
      total += size;
      archive += size + blockSize;
      if (info.kind === 'file')
        allocated += isMostlyHole(info) ? info.allocated : Math.max(size, info.allocated);
    }
    // What is compressed may fit, but what is larger than all that the volume can hold would not come out of it again.
    const needed = Math.max(format === 'tar' ? archive : 0, total - allocated);
    if (needed > roomLeft() && needed > ((await makeRoom?.(needed)) ?? 0)) throw this.tooLarge(total);
    return total;
  }

  private tooLarge(total: number): LightdeckError {
    return new LightdeckError(
      'out_of_space',
      `System out of storage: there are ${total} bytes to pack (holes in files count), more than the volume has room for. Nothing was packed`,
    );
  }

  async *entries(total: number): AsyncGenerator<NewEntry> {
    for await (const { name, info } of this.find()) {
      switch (info.kind) {
        case 'link':
          yield* this.link(name, info);
          break;
        case 'other':
          this.counts.skipped_others += 1;
          break;
        case 'directory':
          if (name === '') break;
          this.counts.folders += 1;
          this.lookAtTime(info.modifiedAt);
          yield { ...info, name, kind: 'directory', target: null, size: 0, content: nothing };
          break;
        case 'file':
          yield* this.file(name, info, total);
      }
    }
  }

  private async *link(name: string, info: FileInfo): AsyncGenerator<NewEntry> {
    const target = await this.options.jail.readLink(joinPath(this.base, name)).catch(ifRefused);
    if (target === null) {
      this.counts.skipped_links += 1;
      return;
    }
    this.counts.links += 1;
    this.lookAtTime(info.modifiedAt);
    yield { ...info, name, kind: 'link', target, size: 0, content: nothing };
  }

  private lookAtTime(modifiedAt: number): void {
    if (this.options.format === 'zip' && !zipCanSay(modifiedAt)) this.counts.clamped_times += 1;
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
      this.lookAtTime(mtimeMs);
      yield { ...info, name, kind: 'file', target: null, size, modifiedAt: mtimeMs, content };
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
    const { jail, paths, signal, format } = this.options;
    this.counts.skipped_others = 0;
    const starts = paths === null ? [''] : outermost(paths.map((path) => joinPath(refuseAbsolute(path), '')));
    for (const start of starts) {
      const top = joinPath(this.base, start);
      const info = start === '' ? await jail.stat(top) : await jail.lstat(top);
      if (start === '' && info.kind !== 'directory')
        throw new LightdeckError('invalid', `path: ${shown(top)} is no folder`);
      if (start !== '' && !isUsable(start, format)) this.counts.skipped_others += 1;
      else if (top !== this.output) yield { name: start, info };
      if (info.kind !== 'directory') continue;
      for await (const entry of jail.walk(top, { signal })) {
        const name = start === '' ? entry.path : `${start}/${entry.path}`;
        if (!isUsable(name, format)) this.counts.skipped_others += 1;
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

/** Whether we would take it out again. A zip's names are text. */
function isUsable(name: string, format: ArchiveFormat): boolean {
  if (format === 'zip' && name.includes('\\')) return false;
  try {
    return name.length <= maxNameLength && entryPath(name) === name;
  } catch {
    return false;
  }
}

/** A file that has 16 times more bytes than it takes on the disk: no file system that compresses gets there with what isn't zeros. */
const isMostlyHole = ({ size, allocated }: FileInfo): boolean => allocated * 16 < size;

/** For a link that leads out, or is gone or no link any more. */
function ifRefused(error: unknown): null {
  if (error instanceof LightdeckError && (error.code === 'invalid' || error.code === 'not_found'))
    return null;
  throw error;
}
