import { z } from 'zod';
import { defineRoute, noBody, nothing } from './route.ts';

/** `created_at` in Unix seconds, `quota_mb` in MiB. */
export const volumeSchema = z.object({
  id: z.string(),
  path: z.string(),
  created_at: z.number().int(),
  quota_mb: z.number().int(),
});
export type Volume = z.infer<typeof volumeSchema>;

/** Default and bound (16 TiB) of a volume's size, in MiB. */
const defaultSize = 1024;
const maxSize = 16 * 1024 * 1024;

export const createVolume = defineRoute({
  method: 'POST',
  path: '/volumes',
  access: 'files.write',
  summary: 'Make an empty volume',
  params: nothing,
  query: nothing,
  body: z.strictObject({ size: z.number().int().min(1).max(maxSize).default(defaultSize) }).prefault({}),
  status: 201,
  reply: volumeSchema.extend({ volume_id: z.string() }),
});

export const listVolumes = defineRoute({
  method: 'GET',
  path: '/volumes',
  access: 'files.read',
  summary: 'All volumes; with a token that is bound to servers, those of its servers',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  reply: z.object({ volumes: z.array(volumeSchema) }),
});
