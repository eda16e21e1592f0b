import { z } from 'zod';
import { progressSchema } from './progress.ts';

/** `cancelled` and `failed` are ends, too: what the operation had begun was undone, or is told in `error`. */
export const operationStates = ['running', 'done', 'failed', 'cancelled'] as const;

/**
 * A20: something that takes longer than an answer may. `container` is the server that it is about (null: the host), `kind` is
 * for programs and `title` for people. Times are Unix milliseconds. `result` is what its kind gives when it is done.
 */
export const operationSchema = z.object({
  id: z.string(),
  kind: z.string(),
  container: z.string().nullable(),
  title: z.string(),
  state: z.enum(operationStates),
  progress: progressSchema.nullable(),
  started_at: z.number(),
  ended_at: z.number().nullable(),
  error: z.string().nullable(),
  result: z.record(z.string(), z.unknown()).nullable(),
});
export type Operation = z.infer<typeof operationSchema>;
