import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../../shared/error-text.ts';
import type { Log } from '../lib/log.ts';
import { writeAtomically } from '../lib/write-atomically.ts';

const hostIdPath = (dataDir: string): string => join(dataDir, 'host-id');

/** The id that this data folder had: what its containers are known by. Null if it can't be told. */
export function keptHostId(dataDir: string): string | null {
  try {
    const id = readFileSync(hostIdPath(dataDir), 'utf8').trim();
    return /^[0-9a-f]{16}$/.test(id) ? id : null;
  } catch {
    return null;
  }
}

/** Keeps it beside the database, so that a lost database doesn't make strangers of the host's own containers. Never throws. */
export function keepHostId(dataDir: string, hostId: string, log: Log): void {
  if (keptHostId(dataDir) === hostId) return;
  try {
    writeAtomically(hostIdPath(dataDir), `${hostId}\n`);
  } catch (error) {
    log.warn({ error: errorText(error) }, "the host's id could not be written beside its database");
  }
}
