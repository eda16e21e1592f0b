import { LightdeckError } from '../../../shared/errors.ts';
import type { Jail, UserPath } from '../contract.ts';
import { isHole } from '../new-file.ts';
import { refuseAbsolute } from '../user-path.ts';
import { loneName } from './archive-format.ts';
import { decode } from './codec.ts';
import { type ArchivedEntry, tellingReadingErrors } from './entry.ts';
import { detect } from './extract.ts';
import { ExtractionGuard } from './extraction-guard.ts';

export interface LookOptions {
  jail: Pick<Jail, 'open'>;
  archivePath: UserPath;
  foldsNames: boolean;
  /** More than so many bytes that are no holes are `out_of_space`. */
  mostBytes: number;
  signal: AbortSignal;
  /** Bytes of the archive that were read, and of how many. */
  onProgress: (current: number, total: number) => void;
}

export interface ArchiveLook {
  files: number;
  /** Bytes of the files, without holes. */
  bytes: number;
  /** The one folder in which all of it lies; '': there is none. */
  folder: string;
}

/**
 * Reads an archive from front to back, as it is unpacked, and writes nothing: what is damaged, cut or hostile is told before anything was touched.
 * Throws LightdeckError as `extract` does.
 */
export async function lookInto(options: LookOptions): Promise<ArchiveLook> {
  const { jail, archivePath, signal, foldsNames, mostBytes, onProgress } = options;
  const file = await jail.open(refuseAbsolute(archivePath), { read: true, write: false });
  try {
    const { size } = await file.stat();
    const format = await detect(file, size, signal);
    const guard = new ExtractionGuard({ archiveSize: size, foldsNames, hasBound: true });
    const look = { files: 0, bytes: 0 };
    const tops = new Tops();
    const source = {
      file,
      size,
      signal,
      loneName: loneName(archivePath),
      onRead: (bytes: number) => onProgress(bytes, size),
      onExpanded: (bytes: number) => guard.count(bytes),
    };
    for await (const entry of tellingReadingErrors(decode(format, source))) {
      signal.throwIfAborted();
      tops.add(guard.admit(entry), entry);
      if (entry.kind !== 'file') continue;
      look.files += 1;
      for await (const chunk of tellingReadingErrors(entry.content())) {
        guard.wrote(chunk.length);
        if (!isHole(chunk)) look.bytes += chunk.length;
        if (look.bytes > mostBytes)
          throw new LightdeckError(
            'out_of_space',
            `The archive holds more than the ${mostBytes} bytes that the volume has room for: make the volume larger first`,
          );
      }
      if (format === 'zip') onProgress(Math.min(look.bytes, size), size);
    }
    return { ...look, folder: tops.folder() };
  } finally {
    await file.close();
  }
}

/** What lies at the top of an archive: two names are as many as any. */
class Tops {
  private readonly names = new Set<string>();
  private isFolder = false;
  private isPlain = false;

  add(path: UserPath, { kind }: Pick<ArchivedEntry, 'kind'>): void {
    const [top = '', ...below] = path.split('/');
    if (top === '') return;
    if (this.names.size < 2) this.names.add(top);
    if (below.length > 0) this.isFolder = true;
    else if (kind !== 'directory') this.isPlain = true;
  }

  folder(): string {
    const [only = '', ...others] = this.names;
    return others.length === 0 && this.isFolder && !this.isPlain ? only : '';
  }
}
