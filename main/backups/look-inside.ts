import type { BackupEntry } from '../../shared/http/backups.ts';
import type { UserPath } from '../files/contract.ts';
import { parseUserPath, refuseAbsolute } from '../files/user-path.ts';
import type { SnapshotStore, TreeEntry } from '../snapshots/contract.ts';

const types = { file: 'file', folder: 'directory', link: 'link' } as const;

/** A folder of a snapshot, folders first, then by name. Throws LightdeckError as the store does. */
export async function listEntries(store: SnapshotStore, id: string, path: UserPath): Promise<BackupEntry[]> {
  const folder = plainPath(path);
  const entries = await store.entries(id, folder);
  return entries.map((entry) => shown(entry)).sort(byKindAndName);
}

/** Without what a user may add to it: `a//b/` is `a/b`. Throws LightdeckError `invalid`. */
export const plainPath = (path: UserPath): UserPath => parseUserPath(refuseAbsolute(path), false).join('/');

function shown({ path, kind, size, mtime_ns }: TreeEntry): BackupEntry {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return { name, type: types[kind], size, modified_at: Number(mtime_ns / 1_000_000_000n) };
}

/** Made with the first list: ICU's data take 4 MB that most starts never need. */
let collator: Intl.Collator | undefined;

function byKindAndName(a: BackupEntry, b: BackupEntry): number {
  collator ??= new Intl.Collator(undefined, { numeric: true });
  const [first, second] = [a, b].map(({ type }) => (type === 'directory' ? 0 : 1));
  return (first ?? 0) - (second ?? 0) || collator.compare(a.name, b.name);
}
