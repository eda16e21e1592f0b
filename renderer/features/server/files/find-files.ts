import type { FileEntry } from '../../../../shared/http/files.ts';
import { join } from './paths.ts';

/** For the palette: what is deeper or beyond is found in the tab. */
const most = { folders: 10, entries: 1000 };

interface FoundFile {
  path: string;
  isFolder: boolean;
}

/** The files of a volume from `first` and its root on, the upper ones first, as far as a few requests go. `list` gives a folder's. */
export async function filesFrom(
  first: string,
  list: (folder: string) => Promise<readonly FileEntry[]>,
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  const folders = [...new Set([first, ''])];
  const seen = new Set(folders);
  for (let at = 0; at < folders.length && at < most.folders && found.length < most.entries; at++) {
    const folder = folders[at] ?? '';
    for (const { name, type, link } of await list(folder)) {
      const path = join(folder, name);
      const isFolder = type === 'directory';
      found.push({ path, isFolder });
      if (!isFolder || link || seen.has(path)) continue;
      seen.add(path);
      folders.push(path);
    }
  }
  const byPath = new Map(found.map((file) => [file.path, file]));
  return [...byPath.values()].slice(0, most.entries);
}
