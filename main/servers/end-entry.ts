import { hasCrashed } from '../../shared/model/server.ts';
import { hostEntry } from '../audit/actor.ts';
import type { AuditEntry } from '../audit/contract.ts';
import type { ServerEnd } from './machine/end.ts';

/** An end that is put on record this much later (ms) has its own time beside the row's. */
const lateMs = 5000;

/**
 * The line of the record of changes for an end, whoever's wish it was, if anybody's. `now` is Unix milliseconds: the host may have been
 * away when it came. What it came of may become known later: that is a line of its own.
 */
export function endEntry(
  end: ServerEnd,
  { container, now }: { container: string; now: number },
): Omit<AuditEntry, 'at'> {
  if (end.what !== 'run')
    return { ...hostEntry({ action: `${end.what} failed`, container, detail: '' }), result: end.reason };
  const { exit, isCorrection } = end;
  if (isCorrection) return hostEntry({ action: 'end explained', container, detail: exit.reason });
  const when = now - exit.at > lateMs ? `at ${new Date(exit.at).toISOString()}` : '';
  const isCrash: boolean = hasCrashed(exit);
  if (isCrash) return { ...hostEntry({ action: 'crash', container, detail: when }), result: exit.reason };
  const detail = when === '' ? exit.reason : `${exit.reason}, ${when}`;
  return hostEntry({ action: 'exit', container, detail });
}
