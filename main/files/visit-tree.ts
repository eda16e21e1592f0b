import { LightdeckError } from '../../shared/errors.ts';
import type { FolderEntry, UserPath } from './contract.ts';
import type { FsNode, FsRoot } from './fs-node.ts';
import { type ReadEntry, readEntries } from './list-folder.ts';
import { TreeCursor } from './tree-cursor.ts';
import { maxPathLength } from './user-path.ts';

/** What is met on the way through a tree: all entries of a folder, then its folders one by one, each entered and left. */
export type Step =
  | { type: 'entry'; entry: ReadEntry; folder: FsNode }
  | { type: 'enter'; entry: ReadEntry }
  | { type: 'leave' };

/** Folders that wait for their turn; their names are all the memory that a walk needs. */
const maxWaiting = 200_000;

export interface VisitOptions {
  fsRoot: FsRoot;
  /** Whether `top` is the volume's root, where our own folder is left out. */
  isRoot: boolean;
  signal?: AbortSignal | undefined;
}

/** Walks a tree without following links. Throws LightdeckError `too_large` when too many folders wait. `top` stays the caller's. */
export async function* visitTree(top: FsNode, options: VisitOptions): AsyncGenerator<Step, void, undefined> {
  const cursor = new TreeCursor(options.fsRoot, top);
  const levels: ReadEntry[][] = [];
  let waiting = 0;
  try {
    for (;;) {
      const folders: ReadEntry[] = [];
      for await (const batch of readEntries(cursor.current, options.isRoot && cursor.depth === 0)) {
        options.signal?.throwIfAborted();
        for (const entry of batch) {
          yield { type: 'entry', entry, folder: cursor.current };
          if (entry.info.kind === 'directory') folders.push(entry);
        }
        if (waiting + folders.length > maxWaiting)
          throw new LightdeckError(
            'too_large',
            `There are more than ${maxWaiting} folders side by side: too many`,
          );
      }
      waiting += folders.length;
      levels.push(folders.reverse());
      for (let entered = false; !entered; ) {
        const next = levels.at(-1)?.pop();
        if (next) {
          waiting -= 1;
          entered = await cursor.enter(next.name);
          if (entered) yield { type: 'enter', entry: next };
        } else {
          levels.pop();
          if (levels.length === 0) return;
          await cursor.leave();
          yield { type: 'leave' };
        }
      }
    }
  } finally {
    await cursor.close();
  }
}

/** The walk of the contract: paths relative to the top. */
export async function* walkTree(
  top: FsNode,
  options: VisitOptions,
): AsyncGenerator<FolderEntry & { path: UserPath }, void, undefined> {
  const names: string[] = [];
  let prefix = '';
  for await (const step of visitTree(top, options)) {
    if (step.type === 'entry') {
      const { text, info } = step.entry;
      yield { name: text, path: prefix + text, ...info };
    } else if (step.type === 'leave') names.pop();
    else {
      names.push(step.entry.text);
      prefix = `${names.join('/')}/`;
      if (prefix.length > maxPathLength)
        throw new LightdeckError(
          'too_large',
          `Folders are nested too deeply: paths of over ${maxPathLength} characters`,
        );
    }
  }
}
