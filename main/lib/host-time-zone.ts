import { readlinkSync, realpathSync } from 'node:fs';
import { isSettledZone } from './settled-zones.ts';

/** Where Linux and macOS say which zone they are in: a link into the folder of all zones. */
const localTime = '/etc/localtime';

/**
 * The IANA name of this machine's time zone; null where it can't be told. ICU is asked only where the system's own word leaves a doubt: its
 * first answer takes 13 ms of CPU and keeps 9 MB in memory, on every start of every host.
 */
export function hostTimeZone(): string | null {
  return settledZone(process.env['TZ']) ?? zoneByIcu();
}

/** By the system's own word, where ICU can't say otherwise; null otherwise. For tests: `link`. */
export function settledZone(variable: string | undefined, link = localTime): string | null {
  const name = variable === undefined ? linkedZone(link) : variable;
  if (name === 'UTC' || name === 'Etc/UTC') return 'UTC';
  return name !== null && isSettledZone(name) ? name : null;
}

/** Null also where the link and what it leads to in the end have two names: ICU knows which one it takes. */
function linkedZone(link: string): string | null {
  if (process.platform === 'win32') return null;
  try {
    const [named, meant] = [readlinkSync(link), realpathSync(link)].map(
      (path) => path.split('/zoneinfo/')[1] ?? null,
    );
    return named === meant ? (named ?? null) : null;
  } catch {
    return null;
  }
}

function zoneByIcu(): string | null {
  // With nonsense in TZ it is undefined, whatever the types say.
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return !timeZone || timeZone === 'Etc/Unknown' ? null : timeZone;
}
