import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrations } from '../../main/store/migrations.ts';
import { SqliteDatabase } from '../../main/store/sqlite-database.ts';

let bytes: Buffer | null = null;

/** What the store's migrations make of an empty file, made once a worker: they take longer than most tests that want a store. */
function migrated(): Buffer {
  if (bytes) return bytes;
  const folder = mkdtempSync(join(tmpdir(), 'lightdeck-migrated-'));
  try {
    const path = join(folder, 'db');
    new SqliteDatabase({ path, migrations, health: null }).close();
    bytes = readFileSync(path);
    return bytes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Puts an empty database of this version there, unless there is one already. It has no host id yet, as a new one. */
export function putMigratedDatabase(path: string): void {
  if (!existsSync(path)) writeFileSync(path, migrated(), { mode: 0o600 });
}
