import { z } from 'zod';

export const snapshotKindSchema = z.enum(['backup', 'restore_point', 'move']);

/** Names of a list that is cut off somewhere. */
const namedSchema = z.object({
  /** At most 100. */
  paths: z.array(z.object({ path: z.string(), why: z.string() })),
  count: z.int().nonnegative(),
});

const idSchema = z.string().regex(/^[0-9]{8}t[0-9]{6}-[0-9a-f]{8}$/);
const countSchema = z.int().nonnegative();
export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** What of a snapshot never changes: `snapshots/ID.json`. */
export const snapshotRecordSchema = z.object({
  format: z.literal(1),
  id: idSchema,
  /** When it was begun, Unix ms. */
  at: z.int(),
  source: z.string().min(1).max(200),
  kind: snapshotKindSchema,
  meta: z.record(z.string(), z.unknown()),
  files: countSchema,
  bytes: countSchema,
  /** What it added to the store, as it lies there. */
  new_bytes: countSchema,
  /** Files that never held still while they were read: what is stored of them may be torn. */
  unsteady: namedSchema,
  left_out: namedSchema,
  manifest: z.object({ sha256: hashSchema, bytes: countSchema }),
});
export type SnapshotRecord = z.output<typeof snapshotRecordSchema>;

/** What changes: `snapshots/ID.state.json`; none is all null. */
export const snapshotStateSchema = z.object({
  /** When every block of it was read last, Unix ms, and how many of its files were damaged then. */
  checked_at: z.int().nullable(),
  damaged: countSchema,
  rehearsed_at: z.int().nullable(),
});
export type SnapshotState = z.output<typeof snapshotStateSchema>;

export const snapshotInfoSchema = snapshotRecordSchema
  .omit({ format: true, manifest: true })
  .extend(snapshotStateSchema.shape);

/** How many of the newest snapshots, and of the newest days, weeks and months with one, are kept. */
export const keepRulesSchema = z.object({
  last: z.int().min(0).max(1000),
  daily: z.int().min(0).max(1000),
  weekly: z.int().min(0).max(1000),
  monthly: z.int().min(0).max(1000),
});
