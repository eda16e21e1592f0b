import type { UserPath } from '../contract.ts';
import { refuseAbsolute } from '../user-path.ts';
import { loneName } from './archive-format.ts';
import { decode } from './codec.ts';
import { type ArchivedEntry, tellingReadingErrors } from './entry.ts';
import type { ExtractOptions } from './extract.ts';
import { detect } from './extract.ts';

export interface ListOptions extends Pick<ExtractOptions, 'jail' | 'archivePath' | 'signal'> {
  /** Most entries that are given. */
  most: number;
}

type ListedEntry = Pick<ArchivedEntry, 'name' | 'size' | 'modifiedAt'> & {
  kind: Exclude<ArchivedEntry['kind'], 'hardlink'>;
};

export interface Listed {
  entries: ListedEntry[];
  isCut: boolean;
}

/** Longest name that is given, in characters: an archive says what it likes. */
const maxName = 4096;

/**
 * What an archive says that it holds, in its order; nothing of it is checked, and nothing is written. A tar is read to its end for that, or until
 * `most` entries were found. Throws LightdeckError `invalid` for what is none, or is damaged.
 */
export async function listArchive({ jail, archivePath, signal, most }: ListOptions): Promise<Listed> {
  const path: UserPath = refuseAbsolute(archivePath);
  const file = await jail.open(path, { read: true, write: false });
  try {
    const { size } = await file.stat();
    const format = await detect(file, size, signal);
    const nobody = { onRead: () => {}, onExpanded: () => {} };
    const source = { file, size, signal, loneName: loneName(path), ...nobody };
    const entries: ListedEntry[] = [];
    for await (const { name, kind, size: bytes, modifiedAt } of tellingReadingErrors(
      decode(format, source),
    )) {
      signal.throwIfAborted();
      if (entries.length === most) return { entries, isCut: true };
      const plain = kind === 'hardlink' ? 'file' : kind;
      entries.push({ name: name.slice(0, maxName), kind: plain, size: bytes, modifiedAt });
    }
    return { entries, isCut: false };
  } finally {
    await file.close();
  }
}
