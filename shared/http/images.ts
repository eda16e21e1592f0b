import { z } from 'zod';
import { operationSchema } from '../model/operation.ts';
import { portNumberSchema, protocolSchema } from '../model/server.ts';
import { imageSchema } from './container-body.ts';
import { defineRoute, noBody, nothing } from './route.ts';

/**
 * What an image on the machine says of itself. `user` '' is root, `working_dir` '' is /; `stop_signal` null: SIGTERM. `entrypoint` and
 * `command` word by word, the first 64; `health_check` as a line of a shell, null: none. Sizes in bytes, unpacked; times in Unix milliseconds.
 */
export const imageViewSchema = z.object({
  ports: z.array(z.object({ port: portNumberSchema, protocol: protocolSchema })),
  volumes: z.array(z.string()),
  user: z.string(),
  working_dir: z.string(),
  stop_signal: z.string().nullable(),
  has_health_check: z.boolean(),
  health_check: z.string().nullable(),
  entrypoint: z.array(z.string()),
  command: z.array(z.string()),
  size: z.number(),
  created_at: z.number().nullable(),
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

/** An image on the machine. `names` as `name:tag`; none: they stand for a newer one. `used_by`: the ids of servers that run on it, or will. */
export const localImageSchema = z.object({
  id: z.string(),
  names: z.array(z.string()),
  size: z.number(),
  created_at: z.number().nullable(),
  used_by: z.array(z.string()),
});
export type LocalImageView = z.infer<typeof localImageSchema>;

export const listImages = defineRoute({
  method: 'GET',
  path: '/images',
  access: 'containers.write',
  summary: 'The images on the machine, the newest first, 500 at most',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['engine_unreachable', 'engine_refused', 'timeout'],
  /** `total`: how many there are. */
  reply: z.object({ total: z.number().int(), images: z.array(localImageSchema) }),
  heavy: true,
});

/** The `result` of a pull: what the image says of itself. `note`: why it is not the newest one of its name, in words. */
export const pulledImageSchema = z.object({ image: imageViewSchema, note: z.string().nullable() });

export const pullImageRoute = defineRoute({
  method: 'POST',
  path: '/images/pull',
  access: 'containers.write',
  summary:
    'Begin to bring an image; afterwards it can be read. One that is on its way already is not brought twice',
  params: nothing,
  query: nothing,
  body: z.strictObject({ image: imageSchema }),
  status: 202,
  errors: ['engine_unreachable', 'busy'],
  reply: operationSchema,
});
