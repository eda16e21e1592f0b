import { z } from 'zod';

const count = z.number().int().nonnegative();

/** Names of a list that is cut off somewhere: 100 at most, and how many there are in all. */
const namedSchema = z.object({
  paths: z.array(z.object({ path: z.string(), why: z.string() })),
  count,
});

/** How a rehearsal ended. `at` is Unix milliseconds, `words` what happened, for people. */
export const rehearsalSchema = z.object({ at: z.number(), ok: z.boolean(), words: z.string() });
export type Rehearsal = z.infer<typeof rehearsalSchema>;

export const backupKindSchema = z.enum(['backup', 'restore_point', 'move']);

/**
 * One backup. Times are Unix milliseconds. `bytes` is what it holds, `new_bytes` what it added to the store. `how`: the server ran and wrote
 * on (`running`), its files held still (`frozen`), or it did not run (`stopped`).
 */
export const backupSchema = z.object({
  id: z.string(),
  container_id: z.string(),
  /** As the server was called then. */
  server_name: z.string(),
  at: z.number(),
  kind: backupKindSchema,
  note: z.string(),
  how: z.enum(['running', 'frozen', 'stopped']),
  files: count,
  bytes: count,
  new_bytes: count,
  /** Files that never held still while they were read: what is kept of them may be torn. */
  unsteady: namedSchema,
  /** What is no file, folder or link, or could not be read. */
  left_out: namedSchema,
  /** When all of it was read back last; null: never since it was made. */
  checked_at: z.number().nullable(),
  /** How many of its files were damaged then: none is restorable. */
  damaged: count,
  /** When a server was started from it and came to its ready line. */
  rehearsed_at: z.number().nullable(),
  /** The last rehearsal, however it ended. */
  rehearsal: rehearsalSchema.nullable(),
  /** Whether a new server can be made of it: it knows what its server was. */
  can_become_server: z.boolean(),
});
export type Backup = z.infer<typeof backupSchema>;

const few = z.number().int().min(0).max(1000);
/** How many of the newest backups, and of the newest days, weeks and months with one, are kept. */
export const keepRulesSchema = z.strictObject({ last: few, daily: few, weekly: few, monthly: few });
export type KeepRules = z.infer<typeof keepRulesSchema>;

/** What can be said of the folder of the backups. */
export const backupPlaceSchema = z.object({
  folder: z.string(),
  /** `missing`: it was there, and is gone (a disk that isn't plugged in); `locked`: another host works in it; `trouble`: else, in `problem`. */
  state: z.enum(['ready', 'missing', 'locked', 'trouble']),
  problem: z.string().nullable(),
  /** Whether it is on the same disk as the servers' files: no backup when that disk fails. Null: nobody can tell. */
  same_disk: z.boolean().nullable(),
  /** Bytes that are left there, and that the backups take; null: unknown. */
  free: z.number().nullable(),
  size: z.number().nullable(),
});
export type BackupPlace = z.infer<typeof backupPlaceSchema>;
