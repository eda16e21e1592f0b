import { freeNames } from '../paths.ts';

export interface PickedFile {
  file: File;
  /** Relative to where it is dropped: `maps/spawn.dat`. */
  path: string;
}

/** What is to be uploaded. */
export interface Picked {
  files: readonly PickedFile[];
  /** Folders with nothing in them, by path: no file would bring them along. */
  folders: readonly string[];
}

export type Answer = 'replace' | 'keep' | 'skip' | 'cancel';

const topOf = (path: string): string => path.split('/')[0] ?? '';
const pathsOf = ({ files, folders }: Picked): string[] => [...files.map(({ path }) => path), ...folders];

/** The names that would come into the folder itself, each once. */
export const topNames = (picked: Picked): string[] => [...new Set(pathsOf(picked).map(topOf))];

/** What is left to upload after the answer to that some top names are `there` already. */
export function answered(answer: Answer, picked: Picked, there: ReadonlySet<string>): Picked {
  const { files, folders } = picked;
  switch (answer) {
    case 'replace':
      return picked;
    case 'skip': {
      const isNew = (path: string): boolean => !there.has(topOf(path));
      return { files: files.filter(({ path }) => isNew(path)), folders: folders.filter(isNew) };
    }
    case 'keep': {
      const names = freeNames(topNames(picked), there);
      const renamed = (path: string): string => path.replace(/^[^/]*/, (top) => names.get(top) ?? top);
      return {
        files: files.map((one) => ({ ...one, path: renamed(one.path) })),
        folders: folders.map(renamed),
      };
    }
    case 'cancel':
      return { files: [], folders: [] };
  }
}
