import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import { systemCode } from '../lib/system-error.ts';
import { writeAtomically } from '../lib/write-atomically.ts';
import { storeFailure } from '../store/store-failure.ts';

const ownerSchema = z.object({
  pid: z.number().int(),
  /** RFC 3339, UTC. */
  startedAt: z.string(),
  /** Null until it listens. */
  url: z.string().nullable(),
});
type Owner = z.infer<typeof ownerSchema>;

const ownerFile = 'owner.json';

export interface DataLock {
  /** Lets a second host say where the first one can be found. On a full disk it can't. */
  setUrl(url: string): void;
  /** Frees the folder; again: nothing. */
  release(): void;
}

export interface DataLockOptions {
  dataDir: string;
  /** Unix milliseconds. */
  now: () => number;
}

/**
 * Keeps two hosts off one data folder, for as long as the returned lock is held. It is an exclusive transaction on a
 * database of its own: the operating system frees it when its owner dies, however that happens, so no lock can be stale.
 * `owner.json` beside it is only for words. Throws LightdeckError `conflict` naming the owner.
 */
export function acquireDataLock({ dataDir, now }: DataLockOptions): DataLock {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const ownerPath = join(dataDir, ownerFile);
  const database = new Database(join(dataDir, 'lock.db'));
  try {
    // Nothing is ever written to it: a journal on the disk would need room, and a full disk must not keep a host from starting.
    database.exec('PRAGMA journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) throw inUse(dataDir, readDataOwner(dataDir), error);
    throw error;
  }
  let owner: Owner = { pid: process.pid, startedAt: new Date(now()).toISOString(), url: null };
  const tell = (): void => {
    try {
      writeAtomically(ownerPath, `${JSON.stringify(owner)}\n`);
    } catch (error) {
      // It is only for words; a host must start on a full disk, too, or nobody could free any with it.
      if (storeFailure(error)?.code !== 'disk_full') throw error;
    }
  };
  let held = true;
  const release = () => {
    if (!held) return;
    held = false;
    try {
      rmSync(ownerPath, { force: true });
    } finally {
      database.exec('ROLLBACK');
      database.close();
    }
  };
  try {
    tell();
  } catch (error) {
    release();
    throw error;
  }
  return {
    setUrl(url) {
      owner = { ...owner, url };
      if (held) tell();
    },
    release,
  };
}

function isBusy(error: unknown): boolean {
  return systemCode(error).startsWith('SQLITE_BUSY');
}

/** Who said last that the data folder is theirs; null if it can't be told, for whatever reason. It proves nothing: see the lock. */
export function readDataOwner(dataDir: string): Owner | null {
  try {
    const owner = ownerSchema.safeParse(JSON.parse(readFileSync(join(dataDir, ownerFile), 'utf8')));
    return owner.success ? owner.data : null;
  } catch {
    return null;
  }
}

function inUse(dataDir: string, owner: Owner | null, cause: unknown): LightdeckError {
  const who = owner
    ? `process ${owner.pid}${owner.url ? ` (${owner.url})` : ''}, running since ${owner.startedAt}`
    : 'another Lightdeck';
  return new LightdeckError(
    'conflict',
    `The data folder ${dataDir} is already in use by ${who}. Use that one, stop it first, or choose another folder with --data.`,
    { cause },
  );
}
