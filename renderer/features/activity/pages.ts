import type { AuditEntry } from './entry.ts';

/** What the host gives at once, newest first. */
export interface AuditPage {
  entries: readonly AuditEntry[];
  /** Whether it may have older ones. */
  hasOlder: boolean;
}

/** Entries that the host gives at once; fewer mean that there are no older ones. */
const pageLength = 100;
/** A page that stays open gathers no more than this; then it begins anew with the newest ones. */
const maxGathered = 2000;

export const pageOf = (entries: readonly AuditEntry[]): AuditPage => ({
  entries,
  hasOlder: entries.length >= pageLength,
});

/**
 * The loaded pages with what is new in the newest one before them. Null if it doesn't reach back to what is loaded, or too
 * much has gathered: then the newest alone has to do.
 */
export function withNewest<P extends AuditPage>(pages: readonly P[], newest: AuditPage): AuditPage[] | null {
  const [first, ...rest] = pages;
  const known = first?.entries[0]?.id;
  if (!first || known === undefined) return null;
  const added = newest.entries.filter(({ id }) => id > known);
  if (added.length === newest.entries.length && newest.hasOlder) return null;
  if (first.entries.length + added.length > maxGathered) return null;
  return [{ ...first, entries: [...added, ...first.entries] }, ...rest];
}
