export interface PickedFile {
  file: File;
  /** Relative to where it is dropped: `maps/spawn.dat`. */
  path: string;
}

/** Most files of one drop; beyond that an archive is the better way. */
const maxFiles = 20_000;

/** What was dropped, folders with all in them. Entries must be taken while the event is handled, so this is called at once. */
export async function droppedFiles(items: DataTransferItemList): Promise<PickedFile[]> {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found: PickedFile[] = [];
  for (const entry of entries) await collect(entry, '', found);
  return found;
}

/** What a file dialog gave: with a folder, paths begin with its name. */
export const pickedFiles = (files: FileList): PickedFile[] =>
  [...files].slice(0, maxFiles).map((file) => ({ file, path: file.webkitRelativePath || file.name }));

// By what they say they are: Chromium has no classes of these names to ask.
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

async function collect(entry: FileSystemEntry, above: string, found: PickedFile[]): Promise<void> {
  if (found.length >= maxFiles) return;
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
