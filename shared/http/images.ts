import { z } from 'zod';
import { portNumberSchema, protocolSchema } from '../model/server.ts';
import { defineRoute, noBody, nothing } from './route.ts';

/** What an image on the machine says of itself. `user` '' is root, `working_dir` '' is /; `stop_signal` null: SIGTERM. */
export const imageViewSchema = z.object({
  ports: z.array(z.object({ port: portNumberSchema, protocol: protocolSchema })),
  volumes: z.array(z.string()),
  user: z.string(),
  working_dir: z.string(),
  stop_signal: z.string().nullable(),
  has_health_check: z.boolean(),
});
export type ImageView = z.infer<typeof imageViewSchema>;

export const imageFactsRoute = defineRoute({
  method: 'GET',
  path: '/images/facts',
  access: 'containers.write',
  summary: 'What an image says of itself, if it is on the machine; nothing is pulled',
  params: nothing,
  query: z.strictObject({ image: z.string().min(1, 'must not be empty').max(512) }),
  body: noBody,
  status: 200,
  errors: ['engine_unreachable', 'engine_refused', 'timeout'],
  /** Null: it isn't here. */
  reply: z.object({ image: imageViewSchema.nullable() }),
});
