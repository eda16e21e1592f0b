import { z } from 'zod';
import { type KeepRules, keepRulesSchema, type Rehearsal } from '../../shared/model/backup.ts';
import type { RoomTables } from '../store/contract.ts';

const rehearsalRow = z.object({
  backup: z.string(),
  at: z.number(),
  ok: z.number().transform((ok) => ok === 1),
  words: z.string(),
});
const restoreRow = z.object({
  server: z.string(),
  backup: z.string(),
  restore_point: z.string(),
  request: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.object({ paths: z.array(z.string()).nullable(), start: z.boolean() })),
});

/** A restore that has begun to change files: `start` whether the server runs again after it. Its backup is the restore point where it is undone. */
export interface BegunRestore {
  server: string;
  backup: string;
  restore_point: string;
  paths: string[] | null;
  start: boolean;
}

const rulesRow = z.object({
  rules: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(keepRulesSchema),
});

/** What is remembered beside the store of snapshots. What it can't write throws as the store does. */
export interface BackupMemory {
  rehearsals(server: string): Map<string, Rehearsal>;
  putRehearsal(server: string, backup: string, rehearsal: Rehearsal): void;
  forget(backups: readonly string[]): void;
  /** Null: the host's own rules. */
  rules(server: string): KeepRules | null;
  setRules(server: string, rules: KeepRules | null): void;
  /** Restores that a host did not live to end: what they changed is half of one and half of the other. */
  restores(): BegunRestore[];
  putRestore(restore: BegunRestore): void;
  removeRestore(server: string): void;
  /** Volumes that are made for a while only: written before they are, so that none outlives a host that was killed. */
  scratch(): string[];
  putScratch(volume: string, why: string): void;
  removeScratch(volume: string): void;
}

export function backupMemory(database: RoomTables): BackupMemory {
  return {
    rehearsals(server) {
      const rows = database.all(
        'SELECT backup, at, ok, words FROM backup_rehearsals WHERE server = ?',
        server,
      );
      return new Map(
        rows.map((row) => {
          const { backup, ...rehearsal } = rehearsalRow.parse(row);
          return [backup, rehearsal];
        }),
      );
    },
    putRehearsal(server, backup, { at, ok, words }) {
      database.run(
        `INSERT INTO backup_rehearsals (backup, server, at, ok, words) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (backup) DO UPDATE SET at = excluded.at, ok = excluded.ok, words = excluded.words`,
        backup,
        server,
        at,
        ok ? 1 : 0,
        words,
      );
    },
    forget(backups) {
      for (const backup of backups) {
        database.run('DELETE FROM backup_rehearsals WHERE backup = ?', backup);
        database.run('DELETE FROM backup_copies WHERE backup = ?', backup);
        database.run('DELETE FROM backup_owed WHERE backup = ?', backup);
      }
    },
    rules(server) {
      const [row] = database.all('SELECT rules FROM backup_rules WHERE server = ?', server);
      return row === undefined ? null : rulesRow.parse(row).rules;
    },
    setRules(server, rules) {
      database.run('DELETE FROM backup_rules WHERE server = ?', server);
      if (rules !== null)
        database.run('INSERT INTO backup_rules (server, rules) VALUES (?, ?)', server, JSON.stringify(rules));
    },
    restores: () =>
      database.all('SELECT server, backup, restore_point, request FROM backup_restores').map((row) => {
        const { request, ...begun } = restoreRow.parse(row);
        return { ...begun, ...request };
      }),
    putRestore({ server, backup, restore_point, paths, start }) {
      database.run(
        `INSERT INTO backup_restores (server, backup, restore_point, request) VALUES (?, ?, ?, ?)
         ON CONFLICT (server) DO UPDATE
         SET backup = excluded.backup, restore_point = excluded.restore_point, request = excluded.request`,
        server,
        backup,
        restore_point,
        JSON.stringify({ paths, start }),
      );
    },
    removeRestore: (server) => void database.run('DELETE FROM backup_restores WHERE server = ?', server),
    scratch: () =>
      database
        .all('SELECT volume FROM backup_scratch')
        .map((row) => z.object({ volume: z.string() }).parse(row).volume),
    putScratch: (volume, why) =>
      void database.run('INSERT INTO backup_scratch (volume, why) VALUES (?, ?)', volume, why),
    removeScratch: (volume) => void database.run('DELETE FROM backup_scratch WHERE volume = ?', volume),
  };
}
