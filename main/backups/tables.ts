import type { RoomSchema } from '../store/contract.ts';

/** All that the room remembers beside the store of snapshots. */
export const backupsSchema: RoomSchema = {
  room: 'backups',
  migrations: [
    `CREATE TABLE backup_held (server TEXT PRIMARY KEY, container TEXT NOT NULL, after TEXT NOT NULL) STRICT;
     CREATE TABLE backup_rehearsals (
       backup TEXT PRIMARY KEY, server TEXT NOT NULL, at INTEGER NOT NULL, ok INTEGER NOT NULL, words TEXT NOT NULL
     ) STRICT;
     CREATE TABLE backup_scratch (volume TEXT PRIMARY KEY, why TEXT NOT NULL) STRICT;
     CREATE TABLE backup_rules (server TEXT PRIMARY KEY, rules TEXT NOT NULL) STRICT;
     CREATE TABLE backup_restores (
       server TEXT PRIMARY KEY, backup TEXT NOT NULL, restore_point TEXT NOT NULL, request TEXT NOT NULL
     ) STRICT;`,
    // Copies on other machines.
    `CREATE TABLE backup_targets (id TEXT PRIMARY KEY, target TEXT NOT NULL, secret TEXT NOT NULL) STRICT;
     CREATE TABLE backup_copies (
       backup TEXT NOT NULL, target TEXT NOT NULL, server TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (backup, target)
     ) STRICT;
     CREATE INDEX backup_copies_by_server ON backup_copies (server);`,
    // What is still to be copied of itself.
    `CREATE TABLE backup_owed (
       backup TEXT NOT NULL, target TEXT NOT NULL, server TEXT NOT NULL, PRIMARY KEY (backup, target)
     ) STRICT;`,
  ],
};
