/** One change that somebody made or tried to make. */
export interface AuditEntry {
  /** Unix milliseconds. */
  at: number;
  /** The token's label, `master`, an SFTP user, or `host` for what the host does by itself. */
  actor: string;
  /** Remote address; '' for the host itself. */
  address: string;
  via: 'http' | 'socket' | 'sftp' | 'host';
  /** The verb, in the words of the way in: `POST /containers/:id/start`, `send_command`, `rename`. */
  action: string;
  /** The server that it is about, if it is about one. */
  container: string | null;
  volume: string | null;
  /** What it was about, in short: a path, a port. Never a secret, never a file's content. At most 500 characters are kept. */
  detail: string;
  /** 'ok', else the error's words. */
  result: string;
}

/** The record of changes. */
export interface Audit {
  /** Never throws, and never makes the change wait: what can't be recorded is logged. */
  record(entry: Omit<AuditEntry, 'at'>): void;
}

/** For tests and parts that run without a record. */
export const noAudit: Audit = { record() {} };
