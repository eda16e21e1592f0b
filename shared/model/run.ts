import { z } from 'zod';

/** Runs of a server that are kept; the oldest are forgotten. */
export const keptRuns = 100;

/** One run of a server, or a start that came to nothing. Times in Unix ms; `from` and `to` are offsets of its console, in bytes. */
export const runSchema = z.object({
  /** Null: nobody knows. */
  started_at: z.number().nullable(),
  from: z.number().int().nonnegative().nullable(),
  /** This and the next two: null while it runs. */
  ended_at: z.number().nullable(),
  to: z.number().int().nonnegative().nullable(),
  /** How it ended, in words for people. */
  reason: z.string().nullable(),
  /** It ended badly, and nobody asked for its end. */
  has_crashed: z.boolean(),
});
export type Run = z.infer<typeof runSchema>;
