import { LightdeckError } from '../../shared/errors.ts';
import type { DownloadFormat } from '../../shared/http/backups.ts';
import { StreamReply } from '../feature/stream-reply.ts';
import { encode } from '../files/archives/codec.ts';
import type { NewEntry } from '../files/archives/entry.ts';
import type { UserPath } from '../files/contract.ts';
import type { SnapshotContent, SnapshotStore, TreeEntry } from '../snapshots/contract.ts';
import { plainPath } from './look-inside.ts';

export interface Download {
  /** Of the snapshot. */
  id: string;
  path: UserPath;
  format: DownloadFormat;
  /** What the file is called that is saved, where the path is all of it; without its ending. */
  name: string;
}

/**
 * A file of a snapshot, or what is at and below a path as an archive, made while it is sent. Throws LightdeckError `invalid` for a path that
 * can't be one, `not_found` for one that isn't in it, before anything is sent.
 */
export async function download(store: SnapshotStore, wanted: Download): Promise<StreamReply> {
  const { id, format } = wanted;
  const path = plainPath(wanted.path);
  const first = await firstOf(store, id, path);
  const name = path === '' ? wanted.name : path.slice(path.lastIndexOf('/') + 1);
  if (format !== 'file') {
    // Its own folder is in the archive; of all of it there is none.
    const above = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
    return new StreamReply(`${name}.${format}`, () =>
      encode(format, entries(store, { id, path, above, format })),
    );
  }
  if (first.kind !== 'file')
    throw new LightdeckError('invalid', 'path: is no file; ask for it as an archive (format)');
  return new StreamReply(name, () => first.read());
}

async function firstOf(
  store: SnapshotStore,
  id: string,
  path: UserPath,
): Promise<TreeEntry & SnapshotContent> {
  for await (const entry of store.walk(id, { paths: [path] })) return entry;
  throw new LightdeckError('not_found', 'That is not in the backup');
}

async function* entries(
  store: SnapshotStore,
  { id, path, above, format }: { id: string; path: UserPath; above: string; format: DownloadFormat },
): AsyncGenerator<NewEntry> {
  for await (const entry of store.walk(id, { paths: [path] })) {
    // A zip can't say names with a backslash, as those that are no text are spelled.
    if (entry.path === '' || (format === 'zip' && entry.path.includes('\\'))) continue;
    const { kind, target = null, size, mode, uid, gid, mtime_ns } = entry;
    yield {
      name: entry.path.slice(above.length),
      kind: kind === 'folder' ? 'directory' : kind,
      target: kind === 'link' ? target : null,
      size,
      mode: mode & 0o777,
      uid,
      gid,
      modifiedAt: Number(mtime_ns / 1_000_000n),
      content: () => entry.read(),
    };
  }
}
