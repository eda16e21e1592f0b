import { z } from 'zod';

/** Notes of a version are cut after so many characters. */
export const maxNotes = 10_000;

/**
 * What the desktop app knows of new versions of itself. `off`: nobody told it where to look. `current`: it has looked, and this is the newest.
 * `available`: there is one that has to be got by hand. `ready`: one was downloaded and can be installed. `looked_at`: Unix ms.
 */
export const updateStateSchema = z.object({
  state: z.enum(['off', 'looking', 'current', 'downloading', 'available', 'ready', 'failed']),
  version: z.string().nullable(),
  /** Plain text, as its makers wrote it. */
  notes: z.string().nullable(),
  looked_at: z.number().nullable(),
  problem: z.string().nullable(),
});
export type UpdateState = z.infer<typeof updateStateSchema>;
