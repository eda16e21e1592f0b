import { LightdeckError } from '../../../shared/errors.ts';
import { maxListedEntries } from '../../../shared/http/archives.ts';
import type { Progress } from '../../../shared/model/progress.ts';
import type { UserPath, VolumeFiles } from '../contract.ts';
import { roomFor } from '../take-room.ts';
import { type Extracted, type ExtractOptions, extract } from './extract.ts';
import { type Listed, listArchive } from './list-archive.ts';
import { type ArchiveLook, type LookOptions, lookInto } from './look.ts';
import { type Packed, type PackOptions, pack } from './pack.ts';

export interface ArchivesOptions {
  files: Pick<VolumeFiles, 'jail' | 'room'>;
  /** X5: for the sockets of all servers that use the volume. */
  notify: (volumeId: string, progress: Progress) => void;
  /** Whether names that differ in case alone are one name on this system. */
  foldsNames: boolean;
  /** Unix milliseconds. */
  now: () => number;
}

export type PackRequest = Pick<PackOptions, 'format' | 'path' | 'paths' | 'outputName' | 'keepOld'>;
export type ExtractRequest = Pick<ExtractOptions, 'archivePath' | 'destination' | 'from' | 'keepOld'> & {
  /** Beside the news for the sockets. */
  onProgress?: ExtractOptions['onProgress'];
};
export type LookRequest = Pick<LookOptions, 'archivePath' | 'mostBytes' | 'onProgress'>;

/** Archives that the whole host works on at once, and milliseconds between two pieces of news about one (X5: five a second at most). */
const maxAtOnce = 2;
const newsEveryMs = 250;
/** For reading what is in an archive, in ms: a compressed one must be read to its end. */
const listLimitMs = 20_000;

/**
 * Packing and unpacking in volumes. One piece of work at a time for a volume, two for the host; a further one is refused with
 * `busy`. Each ends early, and leaves no half file, when its signal is aborted or the host stops.
 */
export class Archives {
  private readonly options: ArchivesOptions;
  private readonly running = new Map<string, Promise<void>>();
  private readonly stop = new AbortController();

  constructor(options: ArchivesOptions) {
    this.options = options;
  }

  pack(volumeId: string, request: PackRequest, signal: AbortSignal): Promise<Packed> {
    const { files } = this.options;
    const jail = files.jail(volumeId);
    const room = files.room(volumeId);
    const roomLeft = () => room.left();
    const text = `Packing ${request.outputName}`;
    return this.run(volumeId, { text, signal }, (work) =>
      pack({ ...request, ...work, jail, roomLeft, makeRoom: (bytes) => roomFor(room, bytes) }),
    );
  }

  extract(volumeId: string, request: ExtractRequest, signal: AbortSignal): Promise<Extracted> {
    const { files, foldsNames } = this.options;
    const jail = files.jail(volumeId);
    const room = files.room(volumeId);
    const roomLeft = () => room.left();
    const makeRoom = (bytes: number) => roomFor(room, bytes);
    const text = `Unpacking ${request.archivePath}`;
    return this.run(volumeId, { text, signal }, ({ onProgress, ...work }) => {
      const tell: ExtractOptions['onProgress'] = (current, total) => {
        onProgress(current, total);
        request.onProgress?.(current, total);
      };
      return extract({ ...request, ...work, jail, roomLeft, makeRoom, foldsNames, onProgress: tell });
    });
  }

  /** What is in an archive: all of it is read, and nothing written. */
  look(volumeId: string, request: LookRequest, signal: AbortSignal): Promise<ArchiveLook> {
    const { files, foldsNames } = this.options;
    const text = `Reading ${request.archivePath}`;
    return this.run(volumeId, { text, signal }, (work) =>
      lookInto({ ...work, ...request, jail: files.jail(volumeId), foldsNames }),
    );
  }

  /** What an archive holds, by the same limits: reading one takes as much time as unpacking it. Throws `timeout` when it takes too long. */
  async list(volumeId: string, archivePath: UserPath, signal: AbortSignal): Promise<Listed> {
    const jail = this.options.files.jail(volumeId);
    const late = new LightdeckError(
      'timeout',
      `This archive is too long to be listed in ${listLimitMs / 1000} s. It can be unpacked all the same`,
    );
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(late), listLimitMs);
    const either = AbortSignal.any([signal, limit.signal]);
    const text = `Reading ${archivePath}`;
    try {
      return await this.run(volumeId, { text, signal: either }, (work) =>
        listArchive({ jail, archivePath, signal: work.signal, most: maxListedEntries }),
      );
    } finally {
      clearTimeout(timer);
    }
  }

  /** Breaks off what is under way; resolves when it has cleaned up. */
  async close(): Promise<void> {
    this.stop.abort(new LightdeckError('busy', 'The host is stopping: do it again when it is back'));
    await Promise.all(this.running.values());
  }

  private async run<T>(
    volumeId: string,
    { text, signal }: { text: string; signal: AbortSignal },
    work: (options: Pick<PackOptions, 'signal' | 'onProgress'>) => Promise<T>,
  ): Promise<T> {
    if (this.running.has(volumeId))
      throw new LightdeckError(
        'busy',
        'An archive of this volume is being packed or unpacked: try again later',
      );
    if (this.running.size >= maxAtOnce)
      throw new LightdeckError('busy', `The host works on ${maxAtOnce} archives already: try again later`);
    const either = AbortSignal.any([signal, this.stop.signal]);
    const news = this.news(volumeId, text);
    const result = this.begin(either, () => work({ signal: either, onProgress: news.progress }));
    const ended = result.then(
      () => {},
      () => {},
    );
    this.running.set(volumeId, ended);
    try {
      return await result;
    } finally {
      this.running.delete(volumeId);
      news.end();
    }
  }

  private async begin<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      // Whatever broke when it was broken off: the reason is what counts, but for one that says more.
      if (!(error instanceof LightdeckError)) signal.throwIfAborted();
      throw error;
    }
  }

  /** What lasts a moment only is not worth any news; the last one tells the end. */
  private news(volumeId: string, text: string) {
    const { notify, now } = this.options;
    let last = now();
    let latest: Progress | null = null;
    return {
      progress: (current: number, total: number): void => {
        latest = { phase: 'archive', current, total, text };
        if (now() - last < newsEveryMs) return;
        last = now();
        notify(volumeId, latest);
      },
      end: (): void => {
        if (latest) notify(volumeId, latest);
      },
    };
  }
}
