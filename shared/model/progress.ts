import { z } from 'zod';

const count = z.number().nonnegative();

/** How far something is: `current` of `total` (null: nobody knows) in whatever unit `text` names; `phase` is for programs. */
export const progressSchema = z.object({
  phase: z.string(),
  current: count,
  total: count.nullable(),
  text: z.string(),
});
export type Progress = z.infer<typeof progressSchema>;
