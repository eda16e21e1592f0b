import type { FileHandle } from 'node:fs/promises';
import type { Jail, Removal, UserPath } from '../contract.ts';
import { refuseAbsolute } from '../user-path.ts';
import { formatOf, headSize, loneName, type ReadFormat } from './archive-format.ts';
import { Extraction } from './extraction.ts';
import { surveyZip } from './survey-zip.ts';
import { findZip } from './zip-bounds.ts';

export interface ExtractOptions {
  jail: Jail;
  archivePath: UserPath;
  /** Made if it is missing. */
  destination: UserPath;
  /** Only what is in this folder of the archive comes out, without it; none: all. */
  from?: UserPath | undefined;
  /** Bytes that the volume still has room for, at the moment; Infinity where nobody set a bound. */
  roomLeft: () => number;
  /** The same, after the trash was emptied for so many bytes, where that is needed and enough; none: as it is. */
  makeRoom?: (bytes: number) => Promise<number>;
  /** Files that are replaced go to the trash. */
  keepOld?: Removal | undefined;
  foldsNames: boolean;
  signal: AbortSignal;
  /** Bytes done, and of how many. */
  onProgress: (current: number, total: number) => void;
}

/** What came out. Links that lead out of the volume, pipes and devices never do: they are counted. `files` has hard links in it, as copies. */
export interface Extracted {
  files: number;
  folders: number;
  links: number;
  skipped_links: number;
  skipped_others: number;
}

/**
 * A9, entry by entry: each file is written whole and then moved to its place, over an older one, so that whatever goes wrong leaves no
 * half file; what was complete by then stays. Throws LightdeckError; once something was unpacked its message says how much.
 */
export async function extract(options: ExtractOptions): Promise<Extracted> {
  const { jail, signal } = options;
  const destination = refuseAbsolute(options.destination);
  const file = await jail.open(refuseAbsolute(options.archivePath), { read: true, write: false });
  try {
    const { size } = await file.stat();
    const format = await detect(file, size, signal);
    const source = { file, size, signal, loneName: loneName(options.archivePath) };
    // A zip has a list of what is in it, so that a bad one is refused before anything is unpacked.
    const total = format === 'zip' ? await surveyZip(source, { ...options, destination }) : size;
    await jail.makeFolder(destination);
    const run = new Extraction({ ...options, destination }, { format, size, total });
    return await run.unpack({
      ...source,
      onRead: (bytes) => options.onProgress(bytes, total),
      onExpanded: (bytes) => run.count(bytes),
    });
  } finally {
    await file.close();
  }
}

/** By content. A zip may have anything in front of it, so it is looked for from its end, too. */
export async function detect(file: FileHandle, size: number, signal: AbortSignal): Promise<ReadFormat> {
  const head = Buffer.alloc(headSize);
  const { bytesRead } = await file.read(head, 0, headSize, 0);
  try {
    return formatOf(head.subarray(0, bytesRead));
  } catch (error) {
    const zip = await findZip(file, size, signal).catch(() => null);
    if (zip) return 'zip';
    throw error;
  }
}
