import { z } from 'zod';
import { eggSchema } from '../model/egg.ts';
import { defineRoute, nothing } from './route.ts';

/** Longest text of an egg that is taken, in characters; a whole request has 1 MiB (A3). */
const maxText = 2 * 1024 * 1024;

/** An egg as a file has it, JSON or YAML. */
const eggText = z.string().min(1, 'must not be empty').max(maxText);

/** `notes`: all that was changed, left out or not understood, a line each. */
export const eggPreviewSchema = z.object({ egg: eggSchema, notes: z.array(z.string()) });
export type EggPreview = z.infer<typeof eggPreviewSchema>;

export const previewEgg = defineRoute({
  method: 'POST',
  path: '/eggs/preview',
  access: 'containers.write',
  summary: 'Read an egg and say what would become of it; nothing is made',
  params: nothing,
  query: nothing,
  body: z.strictObject({ text: eggText }),
  status: 200,
  errors: [],
  reply: eggPreviewSchema,
  heavy: true,
});
