/**
 * The database's history, oldest first: entry N brings version N to N + 1. Only ever append; an entry that was released
 * is never changed.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE servers (
    id TEXT PRIMARY KEY,
    definition TEXT NOT NULL,
    install_state TEXT NOT NULL,
    install_error TEXT,
    wanted TEXT NOT NULL,
    ever_started INTEGER NOT NULL,
    container_id TEXT,
    run TEXT,
    last_exit TEXT
  ) STRICT;

  CREATE TABLE volumes (
    id TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    quota_mb INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE ports (
    ip TEXT NOT NULL,
    port INTEGER NOT NULL,
    protocol TEXT NOT NULL,
    used_by TEXT,
    reserved INTEGER NOT NULL,
    PRIMARY KEY (ip, port, protocol)
  ) STRICT;

  CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    scopes TEXT,
    containers TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    remove_on_use INTEGER NOT NULL,
    used_at INTEGER
  ) STRICT;
  CREATE INDEX tokens_by_expiry ON tokens (expires_at);
  `,
];
