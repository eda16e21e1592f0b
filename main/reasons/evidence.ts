import { type CrashDetail, keptChanges, keptHostNews, keptLines } from '../../shared/model/crash.ts';
import { MiB } from '../../shared/units.ts';
import type { AuditRecord, AuditTrail } from '../audit/audit-trail.ts';
import type { Servers, ServerView } from '../servers/contract.ts';
import type { EndedRun } from '../servers/server.ts';
import type { Volumes } from '../volumes/contract.ts';
import { plainLines } from './plain-lines.ts';

/** What was done earlier than this before an end says nothing about it, in ms. */
const changesMs = 24 * 3_600_000;
/** What happened on the host earlier than this, in ms. */
export const hostNewsMs = 30 * 60_000;
/** A volume with less room than this, in bytes, is full. */
const fullBytes = MiB;

export interface EvidenceOptions {
  servers: Pick<Servers, 'logs'>;
  volumes: Pick<Volumes, 'usage'>;
  audit: Pick<AuditTrail, 'page'>;
}

/** The last lines of the run that ended, as people read them. None where they can't be had. Never rejects. */
export async function lastLines(
  { servers }: Pick<EvidenceOptions, 'servers'>,
  server: string,
  { from, to }: EndedRun['console'],
): Promise<string[]> {
  try {
    const logs = await servers.logs(server, { lines: keptLines, before: to });
    const skipped = from === null ? 0 : Math.max(0, from - logs.from);
    const own = skipped === 0 ? logs.data : Buffer.from(logs.data).subarray(skipped).toString('utf8');
    return plainLines(own);
  } catch {
    return [];
  }
}

/** False where it can't be known. Never rejects. */
export async function isVolumeFull(
  { volumes }: Pick<EvidenceOptions, 'volumes'>,
  volume: string,
): Promise<boolean> {
  try {
    const usage = await volumes.usage(volume);
    return usage !== null && usage.available < fullBytes;
  } catch {
    return false;
  }
}

/** What people and tokens did to the server and its files in the day before, newest first. Never throws. */
export function changesBefore(
  { audit }: Pick<EvidenceOptions, 'audit'>,
  { definition }: ServerView,
  at: number,
): CrashDetail['changes'] {
  const isOwn = ({ container, volume }: AuditRecord): boolean =>
    container === definition.internal_id || volume === definition.volume_id;
  try {
    const rows = [
      ...audit.page({ before: null, containers: [definition.internal_id] }),
      // Changes of files name the volume alone.
      ...audit.page({ before: null, containers: null }),
    ];
    const known = new Map(rows.filter(isOwn).map((row) => [row.id, row]));
    return [...known.values()]
      .filter((row) => row.actor !== 'host' && row.via !== 'host' && row.at <= at && at - row.at <= changesMs)
      .sort((a, b) => b.id - a.id)
      .slice(0, keptChanges)
      .map(({ at: when, actor, action, detail, result }) => ({ at: when, actor, action, detail, result }));
  } catch {
    return [];
  }
}

export { keptHostNews };
