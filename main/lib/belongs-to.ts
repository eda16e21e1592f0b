import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Whether a folder and all that is in it belong to a user, as far as `limit` entries; null: there are more than that, all of them
 * the user's so far. What can't be read isn't the user's. A link is looked at itself. Never rejects.
 */
export async function belongsTo(
  folder: string,
  { uid, limit }: { uid: number; limit: number },
): Promise<boolean | null> {
  const waiting = [folder];
  let left = limit;
  try {
    if ((await lstat(folder)).uid !== uid) return false;
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for await (const entry of await opendir(next)) {
        if (left-- <= 0) return null;
        const path = join(next, entry.name);
        if ((await lstat(path)).uid !== uid) return false;
        if (entry.isDirectory()) waiting.push(path);
      }
    }
    return true;
  } catch {
    return false;
  }
}
