import { existsSync } from 'node:fs';
import Database from 'libsql';
import { z } from 'zod';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { StoredServer } from './contract.ts';
import { migrations } from './migrations.ts';
import { serverRow } from './rows.ts';

export interface StoredServers {
  servers: StoredServer[];
  /** Rows that can't be understood. */
  unreadable: number;
}

const versionRows = z.tuple([z.object({ user_version: z.number() })]);

/**
 * The servers in a store that a host may be running on: only reads, and migrates nothing. None where there is no file yet. Throws
 * LightdeckError `conflict` for a file of another version, `invalid` for one that can't be read.
 */
export function readStoredServers(path: string): StoredServers {
  // Opening would make it.
  if (!existsSync(path)) return { servers: [], unreadable: 0 };
  let rows: unknown[];
  try {
    rows = readRows(path);
  } catch (error) {
    if (error instanceof LightdeckError) throw error;
    const why = errorText(error);
    throw new LightdeckError('invalid', `The database ${path} can't be read: ${why}`, { cause: error });
  }
  const parsed = rows.map((row) => serverRow.safeParse(row));
  const servers = parsed.flatMap((result) => (result.success ? [result.data] : []));
  return { servers, unreadable: parsed.length - servers.length };
}

function readRows(path: string): unknown[] {
  const database = new Database(path, { timeout: 5000 });
  try {
    database.exec('PRAGMA query_only = ON');
    const [{ user_version }] = versionRows.parse(database.prepare('PRAGMA user_version').all());
    if (user_version !== migrations.length) {
      throw new LightdeckError(
        'conflict',
        `The database ${path} is of another version of Lightdeck (format ${user_version}, this one reads ${migrations.length}). Ask that version, or start this one on the data folder once.`,
      );
    }
    return database.prepare('SELECT * FROM servers ORDER BY rowid').all();
  } finally {
    database.close();
  }
}
