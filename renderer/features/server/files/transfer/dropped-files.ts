import { strings } from '../strings.ts';
import type { Picked, PickedFile } from './picked.ts';

/** Most files and empty folders of one drop. More are refused as a whole, since nobody would miss the rest before it is too late. */
const maxFiles = 20_000;

/** As much of a browser's FileSystemEntry as is needed here. */
export interface DroppedEntry {
  name: string;
  isFile: boolean;
  isDirectory: boolean;
}
export interface DroppedFile extends DroppedEntry {
  file(done: (file: File) => void, fail: (error: DOMException) => void): void;
}
export interface DroppedFolder extends DroppedEntry {
  createReader(): {
    readEntries(done: (entries: DroppedEntry[]) => void, fail: (error: DOMException) => void): void;
  };
}

/**
 * What was dropped, folders with all in them. Entries must be taken while the event is handled, so this is called at once.
 * Rejects, in words, for too many and for what can't be read.
 */
export function droppedFiles(items: DataTransferItemList): Promise<Picked> {
  return collected([...items].flatMap((item) => item.webkitGetAsEntry() ?? []));
}

/** As `droppedFiles`, of the entries themselves. */
export async function collected(entries: readonly DroppedEntry[]): Promise<Picked> {
  const found: Found = { files: [], folders: [] };
  for (const entry of entries) await collect(entry, '', found);
  return found;
}

/** What a file dialog gave: with a folder, paths begin with its name. Throws, in words, for too many. */
export function pickedFiles(files: readonly File[]): Picked {
  if (files.length > maxFiles) throw new Error(strings.tooManyFiles(maxFiles));
  return { files: files.map((file) => ({ file, path: file.webkitRelativePath || file.name })), folders: [] };
}

interface Found {
  files: PickedFile[];
  folders: string[];
}

// By what they say they are: Chromium has no classes of these names to ask.
const isFile = (entry: DroppedEntry): entry is DroppedFile => entry.isFile;
const isFolder = (entry: DroppedEntry): entry is DroppedFolder => entry.isDirectory;

async function collect(entry: DroppedEntry, above: string, found: Found): Promise<void> {
  if (found.files.length + found.folders.length >= maxFiles) throw new Error(strings.tooManyFiles(maxFiles));
  const path = above === '' ? entry.name : `${above}/${entry.name}`;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.files.push({ file, path });
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    for (let isEmpty = true; ; isEmpty = false) {
      // A reader gives a hundred at a time, and none at the end.
      const batch = await new Promise<DroppedEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (batch.length > 0) for (const one of batch) await collect(one, path, found);
      else if (isEmpty) found.folders.push(path);
      if (batch.length === 0) return;
    }
  }
}
