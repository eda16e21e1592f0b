import { z } from 'zod';
import type { AlertEvent } from '../../shared/model/alert.ts';
import type { Operation } from '../../shared/model/operation.ts';

const checkResult = z.object({ damaged: z.array(z.unknown()) });

/** What the end of an operation with a backup is as an alert, its title without the server's name; null: none. Pure. */
export function backupAlert({
  kind,
  state,
  error,
  result,
}: Operation): { event: AlertEvent; title: string; detail: string } | null {
  const detail = error ?? '';
  if (kind === 'backup' && state === 'done') return { event: 'backup_made', title: 'was backed up', detail };
  if (state === 'failed') {
    if (kind === 'backup') return { event: 'backup_failed', title: 'could not be backed up', detail };
    if (kind === 'check backup')
      return { event: 'backup_failed', title: 'has a backup that could not be checked', detail };
    if (kind === 'rehearse backup')
      return { event: 'backup_failed', title: 'has a backup that it did not start from', detail };
    return null;
  }
  if (kind !== 'check backup' || state !== 'done') return null;
  const damaged = checkResult.safeParse(result).data?.damaged.length ?? 0;
  return damaged === 0
    ? null
    : {
        event: 'backup_damaged',
        title: 'has a damaged backup',
        detail: `${damaged} of its files can not be read any more`,
      };
}
