import { z } from 'zod';
import type { BackupCopy, CopyTarget } from '../../shared/model/backup-copy.ts';
import { backupCopySchema, copyTargetSchema } from '../../shared/model/backup-copy.ts';
import type { RoomTables } from '../store/contract.ts';

/** What logs in: in the database, which only the host's user may read; in no reply and no log. */
export const copySecretSchema = z.union([
  z.object({ password: z.string() }),
  z.object({ private_key: z.string(), passphrase: z.string().optional() }),
]);
export type CopySecret = z.infer<typeof copySecretSchema>;

export interface StoredTarget {
  target: CopyTarget;
  secret: CopySecret;
}

const json = z.string().transform((text): unknown => JSON.parse(text));
const targetRow = z.object({ target: json.pipe(copyTargetSchema), secret: json.pipe(copySecretSchema) });

/** A backup that is still to be copied to a place. */
export interface OwedCopy {
  server: string;
  backup: string;
  target: string;
}

const owedRow = z.object({ server: z.string(), backup: z.string(), target: z.string() });

const copyRow = backupCopySchema.extend({ server: z.string() });

/** What it can't write throws as the store does. */
export interface CopyTable {
  /** In the order in which they were put. */
  owed(): OwedCopy[];
  putOwed(owed: OwedCopy): void;
  removeOwed(owed: Pick<OwedCopy, 'backup' | 'target'>): void;
  targets(): StoredTarget[];
  put(stored: StoredTarget): void;
  remove(id: string): void;
  copies(server: string): BackupCopy[];
  /** Of all servers. */
  copiesAt(target: string): (BackupCopy & { server: string })[];
  putCopy(server: string, copy: BackupCopy): void;
  /** They don't lie there any more. */
  removeCopies(target: string, backups: readonly string[]): void;
}

export const copyTable = (database: RoomTables): CopyTable => ({
  targets: () =>
    database
      .all('SELECT target, secret FROM backup_targets ORDER BY rowid')
      .map((row) => targetRow.parse(row)),
  put({ target, secret }) {
    database.run(
      `INSERT INTO backup_targets (id, target, secret) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET target = excluded.target, secret = excluded.secret`,
      target.id,
      JSON.stringify(target),
      JSON.stringify(secret),
    );
  },
  remove(id) {
    database.transaction(() => {
      database.run('DELETE FROM backup_owed WHERE target = ?', id);
      database.run('DELETE FROM backup_copies WHERE target = ?', id);
      database.run('DELETE FROM backup_targets WHERE id = ?', id);
    });
  },
  owed: () =>
    database
      .all('SELECT server, backup, target FROM backup_owed ORDER BY rowid')
      .map((row) => owedRow.parse(row)),
  putOwed: ({ server, backup, target }) =>
    void database.run(
      'INSERT OR IGNORE INTO backup_owed (backup, target, server) VALUES (?, ?, ?)',
      backup,
      target,
      server,
    ),
  removeOwed: ({ backup, target }) =>
    void database.run('DELETE FROM backup_owed WHERE backup = ? AND target = ?', backup, target),
  copies: (server) =>
    database
      .all('SELECT backup, target, at FROM backup_copies WHERE server = ?', server)
      .map((row) => backupCopySchema.parse(row)),
  copiesAt: (target) =>
    database
      .all('SELECT backup, target, at, server FROM backup_copies WHERE target = ?', target)
      .map((row) => copyRow.parse(row)),
  removeCopies(target, backups) {
    database.transaction(() => {
      for (const backup of backups)
        database.run('DELETE FROM backup_copies WHERE target = ? AND backup = ?', target, backup);
    });
  },
  putCopy: (server, { backup, target, at }) =>
    void database.run(
      `INSERT INTO backup_copies (backup, target, server, at) VALUES (?, ?, ?, ?)
       ON CONFLICT (backup, target) DO UPDATE SET at = excluded.at`,
      backup,
      target,
      server,
      at,
    ),
});
