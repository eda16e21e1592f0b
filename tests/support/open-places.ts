import { readdirSync, readlinkSync } from 'node:fs';

/** What this process holds open in a folder (Linux alone): all that it has open is the business of other tests, too. */
export function openPlaces(folder: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const place = readlinkSync(`/proc/self/fd/${fd}`);
      return place.startsWith(folder) ? [place] : [];
    } catch {
      return [];
    }
  });
}
