import { z } from 'zod';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

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

/** A size as a request has it, in MiB. */
const sizeSchema = z.number().int().min(1).max(maxSize);

/**
 * All in MiB: `used_mb` is rounded up, `available_mb` down (it is bounded by the host's disk, too), `percentage_used` is
 * used / (used + available) with two decimals, as `df` has it.
 */
export const volumeQuotaSchema = z.object({
  size_mb: z.number().int(),
  used_mb: z.number().int(),
  available_mb: z.number().int(),
  percentage_used: z.number(),
});
export type VolumeQuota = z.infer<typeof volumeQuotaSchema>;

export const createVolume = defineRoute({
  method: 'POST',
  path: '/volumes',
  access: 'files.write',
  summary: 'Make an empty volume',
  params: nothing,
  query: nothing,
  body: z.strictObject({ size: sizeSchema.default(defaultSize) }).prefault({}),
  status: 201,
  errors: ['out_of_space'],
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
  errors: [],
  reply: z.object({ volumes: z.array(volumeSchema) }),
});

export const getVolumeQuota = defineRoute({
  method: 'GET',
  path: '/volumes/:id/quota',
  access: 'files.read',
  summary: 'How full a volume is',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found', 'busy'],
  reply: volumeQuotaSchema,
});

export const resizeVolume = defineRoute({
  method: 'POST',
  path: '/volumes/:id/resize',
  access: 'files.write',
  summary: 'Change the size of a volume; making it smaller needs its server to be stopped',
  params: idParams,
  query: nothing,
  body: z.strictObject({ size: sizeSchema }),
  status: 200,
  errors: ['not_found', 'conflict', 'busy', 'out_of_space'],
  reply: z.object({ message: z.literal('Volume resized successfully'), size_mb: z.number().int() }),
});

export const deleteVolume = defineRoute({
  method: 'DELETE',
  path: '/volumes/:id',
  access: 'files.write',
  summary: 'Delete a volume that no server uses, with all that is in it',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 204,
  errors: ['not_found', 'conflict', 'busy'],
  reply: z.undefined(),
});
