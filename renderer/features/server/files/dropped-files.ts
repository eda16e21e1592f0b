import { words } from './words.ts';

export interface PickedFile {
  file: File;
  /** Relative to where it is dropped: `maps/spawn.dat`. */
  path: string;
}

/** Most files of one drop. More are refused as a whole, since nobody would miss the rest before it is too late. */
const maxFiles = 20_000;

/**
 * What was dropped, folders with all in them; empty folders leave no trace. Entries must be taken while the event is
 * handled, so this is called at once. Rejects, in words, for too many and for what can't be read.
 */
export async function droppedFiles(items: DataTransferItemList): Promise<PickedFile[]> {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found: PickedFile[] = [];
  for (const entry of entries) await collect(entry, '', found);
  return found;
}

/** What a file dialog gave: with a folder, paths begin with its name. Throws, in words, for too many. */
export function pickedFiles(files: readonly File[]): PickedFile[] {
  if (files.length > maxFiles) throw new Error(words.tooManyFiles(maxFiles));
  return files.map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

// By what they say they are: Chromium has no classes of these names to ask.
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

async function collect(entry: FileSystemEntry, above: string, found: PickedFile[]): Promise<void> {
  if (found.length >= maxFiles) throw new Error(words.tooManyFiles(maxFiles));
  const path = above === '' ? entry.name : `${above}/${entry.name}`;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ file, path });
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    for (;;) {
      // A reader gives a hundred at a time, and none at the end.
      const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (batch.length === 0) return;
      for (const one of batch) await collect(one, path, found);
    }
  }
}
