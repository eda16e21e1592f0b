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
  `
  -- Usage over time. A meter is a server's; no is never given again, so nothing is inherited by a later server of that id.
  CREATE TABLE usage_meters (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    first_at INTEGER,
    -- The last tick of which all is in minutes and hours.
    rolled INTEGER NOT NULL,
    at INTEGER NOT NULL,
    run TEXT,
    memory INTEGER,
    cpu_us INTEGER NOT NULL,
    network_rx INTEGER NOT NULL,
    network_tx INTEGER NOT NULL,
    block_read INTEGER NOT NULL,
    block_write INTEGER NOT NULL
  ) STRICT;

  -- One row for each round of readings: the order of the rounds, whatever the clock did.
  CREATE TABLE usage_ticks (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL) STRICT;
  CREATE INDEX usage_ticks_by_time ON usage_ticks (at);

  CREATE TABLE usage_samples (
    tick INTEGER NOT NULL, server INTEGER NOT NULL,
    measured_ms INTEGER NOT NULL, running_ms INTEGER NOT NULL, cpu_us INTEGER NOT NULL, cpu_max REAL NOT NULL,
    memory REAL NOT NULL, memory_max INTEGER NOT NULL,
    storage_ms INTEGER NOT NULL, storage REAL NOT NULL, storage_max INTEGER NOT NULL,
    network_rx INTEGER NOT NULL, network_tx INTEGER NOT NULL,
    block_read INTEGER NOT NULL, block_write INTEGER NOT NULL,
    PRIMARY KEY (tick, server)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE usage_minutes (
    server INTEGER NOT NULL, at INTEGER NOT NULL,
    measured_ms INTEGER NOT NULL, running_ms INTEGER NOT NULL, cpu_us INTEGER NOT NULL, cpu_max REAL NOT NULL,
    memory REAL NOT NULL, memory_max INTEGER NOT NULL,
    storage_ms INTEGER NOT NULL, storage REAL NOT NULL, storage_max INTEGER NOT NULL,
    network_rx INTEGER NOT NULL, network_tx INTEGER NOT NULL,
    block_read INTEGER NOT NULL, block_write INTEGER NOT NULL,
    PRIMARY KEY (server, at)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE usage_hours (
    server INTEGER NOT NULL, at INTEGER NOT NULL,
    measured_ms INTEGER NOT NULL, running_ms INTEGER NOT NULL, cpu_us INTEGER NOT NULL, cpu_max REAL NOT NULL,
    memory REAL NOT NULL, memory_max INTEGER NOT NULL,
    storage_ms INTEGER NOT NULL, storage REAL NOT NULL, storage_max INTEGER NOT NULL,
    network_rx INTEGER NOT NULL, network_tx INTEGER NOT NULL,
    block_read INTEGER NOT NULL, block_write INTEGER NOT NULL,
    PRIMARY KEY (server, at)
  ) STRICT, WITHOUT ROWID;

  -- In the same transaction as the record of the server, so that no crash leaves one without the other. Its samples have
  -- no index by server; they belong to nobody now and end with their day.
  CREATE TRIGGER usage_of_removed_server AFTER DELETE ON servers BEGIN
    DELETE FROM usage_minutes WHERE server = (SELECT no FROM usage_meters WHERE id = OLD.id);
    DELETE FROM usage_hours WHERE server = (SELECT no FROM usage_meters WHERE id = OLD.id);
    DELETE FROM usage_meters WHERE id = OLD.id;
  END;
  `,
  // The pool may hold 65,536 ports; they are looked up by number, and by who has them.
  `
  CREATE INDEX ports_by_number ON ports (port);
  CREATE INDEX ports_by_server ON ports (used_by) WHERE used_by IS NOT NULL;
  `,
  // auto_start: which boot of the machine a server was last seen in.
  'ALTER TABLE servers ADD COLUMN boot TEXT',
  // The record of changes (GET /audit).
  `
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    address TEXT NOT NULL,
    via TEXT NOT NULL,
    action TEXT NOT NULL,
    container TEXT,
    volume TEXT,
    detail TEXT NOT NULL,
    result TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_by_container ON audit (container, id) WHERE container IS NOT NULL;
  `,
  // What a panel still has to be told (A12).
  `
  CREATE TABLE remote_queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    server TEXT NOT NULL,
    status TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
  CREATE TABLE remote_told (server TEXT PRIMARY KEY, status TEXT NOT NULL) STRICT;
  `,
  // SFTP logins (A13).
  `
  CREATE TABLE sftp_logins (
    server TEXT PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  `,
  // Volumes as images (A10), and what is being done to one.
  `
  ALTER TABLE volumes ADD COLUMN kind TEXT NOT NULL DEFAULT 'folder';
  ALTER TABLE volumes ADD COLUMN pending TEXT;
  `,
  // Browsers that were let in by a pairing link. old_hash is what a session had before it was renewed, for a minute.
  `
  CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    old_hash TEXT,
    old_until INTEGER,
    label TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX sessions_by_old_hash ON sessions (old_hash) WHERE old_hash IS NOT NULL;
  `,
  // What a server's container was made with: what was changed since waits for its next start.
  'ALTER TABLE servers ADD COLUMN made_with TEXT',
  // What a session may do, as its link said. Those that are there may all, as they could.
  `
  ALTER TABLE sessions ADD COLUMN scopes TEXT;
  ALTER TABLE sessions ADD COLUMN containers TEXT;
  ALTER TABLE sessions ADD COLUMN ends_at INTEGER;
  `,
  // How far the tables of each room are that keeps its own.
  'CREATE TABLE room_versions (room TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT',
  // Which image a server was made from: its name may stand for another one later.
  'ALTER TABLE servers ADD COLUMN made_from TEXT',
];
