import type { Backup, KeepRules } from '../../shared/model/backup.ts';
import type { OperationRun, StartedOperation } from '../operations/operations.ts';
import type { KeepPlan } from '../snapshots/keep-plan.ts';

export interface BackupRequest {
  /** For people; '' is none. */
  note: string;
  /** Stop the server before, and start it again after. */
  stop: boolean;
  /** Who began it, for the record of changes. */
  by: string;
}

export interface RestoreRequest {
  /** What comes back; null: all of it, and what the backup hasn't goes. */
  paths: string[] | null;
  stop: boolean;
  by: string;
}

export interface ArchiveRestoreRequest {
  /** Of the archive, in the server's files. */
  path: string;
  /** The folder of the archive whose content becomes the server's; null: the one in which all of it lies, where the server has none of that name. */
  folder: string | null;
  /** What the archive hasn't goes, but the archive itself. */
  clear: boolean;
  stop: boolean;
  by: string;
}

/**
 * The backups of this host's servers. What takes long is an operation of kind `backup`, `restore`, …; at most one at a time for a server
 * (`busy`). Everything throws LightdeckError: also what the store of snapshots throws.
 */
export interface Backups {
  /** The newest first; [] where there is no store. */
  list(server: string): Promise<Backup[]>;
  /** Throws `not_found` for a server that isn't there, `busy`. */
  make(server: string, request: BackupRequest): StartedOperation;
  /** A restore point, as a part of the caller's own operation: of a server as it is, running or not. Throws `busy`. */
  restorePoint(server: string, note: string, run: OperationRun): Promise<Backup>;
  restore(server: string, backup: string, request: RestoreRequest): StartedOperation;
  /** An archive of another panel that lies in the server's files. */
  restoreArchive(server: string, request: ArchiveRestoreRequest): StartedOperation;
  remove(server: string, backups: string[], by: string): StartedOperation;
  check(server: string, backup: string, by: string): StartedOperation;
  rehearse(server: string, backup: string, by: string): StartedOperation;
  /** Which backups these rules would delete. */
  plan(server: string, rules: KeepRules): Promise<KeepPlan>;
}
