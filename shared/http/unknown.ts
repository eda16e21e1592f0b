import { z } from 'zod';
import { internalIdSchema } from '../model/server.ts';
import { defineRoute, noBody, nothing } from './route.ts';

/** A server that the host's database doesn't know. What only its definition says is null where there is no copy of that. */
export const unknownServerSchema = z.object({
  internal_id: z.string(),
  name: z.string().nullable(),
  image: z.string().nullable(),
  volume_id: z.string().nullable(),
  container_id: z.string().nullable(),
  running: z.boolean(),
  adoptable: z.boolean(),
  /** Why it can't be taken up again, and what can be done; else null. */
  problem: z.string().nullable(),
});
export type UnknownServer = z.infer<typeof unknownServerSchema>;

/** `size_mb` in MiB: that of an image, or what is in a folder. */
export const unknownVolumeSchema = z.object({
  id: z.string(),
  kind: z.enum(['image', 'folder']),
  size_mb: z.number().int(),
});
export type UnknownVolume = z.infer<typeof unknownVolumeSchema>;

const unknownReply = z.object({
  servers: z.array(unknownServerSchema),
  volumes: z.array(unknownVolumeSchema),
  /** `unknown`: no engine answers, so only servers with a copy of their definition are listed, and none counts as running. */
  containers: z.enum(['known', 'unknown']),
});
export type UnknownReply = z.infer<typeof unknownReply>;

export const listUnknown = defineRoute({
  method: 'GET',
  path: '/host/unknown',
  access: 'system',
  summary: "Servers and volumes of this host that its database doesn't know",
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: unknownReply,
});

/** Most of one request. */
const maxAdopted = 1000;

const adoptReply = z.object({
  servers: z.array(z.string()),
  volumes: z.array(z.string()),
  problems: z.array(z.object({ id: z.string(), problem: z.string() })),
});
export type AdoptReply = z.infer<typeof adoptReply>;

export const adoptUnknown = defineRoute({
  method: 'POST',
  path: '/host/unknown/adopt',
  access: 'system',
  summary: 'Take servers (with their volumes, ports and consoles) and volumes up again',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    servers: z.array(internalIdSchema).max(maxAdopted).default([]),
    volumes: z.array(z.uuid()).max(maxAdopted).default([]),
  }),
  status: 200,
  errors: ['engine_unreachable'],
  reply: adoptReply,
});
