import { MiB } from '../../shared/units.ts';
import type { Audit } from '../audit/contract.ts';
import type { Log } from '../lib/log.ts';

export interface TellEmptiedOptions {
  audit: Audit;
  log: Log;
  /** Says it to who looks at a server with this volume. */
  tell: (volumeId: string, text: string) => void;
}

/** Tells that some of a trash went early, since its room was needed: nobody asked for that. */
export function tellEmptied({ audit, log, tell }: TellEmptiedOptions) {
  return (volumeId: string, { count, bytes }: { count: number; bytes: number }): void => {
    const things = count === 1 ? 'one thing' : `${count} things`;
    const detail = `${things}, ${(bytes / MiB).toFixed(1)} MB`;
    log.info({ volume: volumeId, count, bytes }, 'some of the trash was deleted since its room was needed');
    audit.record({
      actor: 'host',
      address: '',
      via: 'host',
      action: 'trash emptied',
      container: null,
      volume: volumeId,
      detail,
      result: 'ok',
    });
    tell(volumeId, `The trash was emptied in part, oldest first, to make room: ${detail}`);
  };
}
