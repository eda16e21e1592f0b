import { z } from 'zod';
import { operationSchema } from '../model/operation.ts';
import { internalIdSchema, portBindingSchema } from '../model/server.ts';
import { defineRoute, noBody, nothing } from './route.ts';

/** A folder of the host, as it is there: absolute, with the system's own separators. */
const hostPath = z.string().min(1, 'must not be empty').max(4096);

/**
 * A folder that may become a volume. `kind` `wings`: one of another panel's servers, named by its UUID. `game`: what it looks
 * like, null: nobody knows. `contents`: some of its names. `problem`: why it can't be taken, in words.
 */
export const adoptableFolderSchema = z.object({
  path: z.string(),
  kind: z.enum(['wings', 'folder']),
  game: z.string().nullable(),
  contents: z.array(z.string()),
  problem: z.string().nullable(),
});
export type AdoptableFolder = z.infer<typeof adoptableFolderSchema>;

export const findFolders = defineRoute({
  method: 'GET',
  path: '/host/folders',
  access: 'system',
  summary: 'What may become a volume: a folder of a world, or those of another panel; nothing is changed',
  params: nothing,
  query: z.strictObject({ path: hostPath.optional() }),
  body: noBody,
  status: 200,
  errors: [],
  /** `allowed`: the folders of which anything may be taken (`storage.allowed_mounts`). `more`: how many aren't listed. */
  reply: z.object({
    allowed: z.array(z.string()),
    folders: z.array(adoptableFolderSchema),
    more: z.number().int(),
  }),
});

/** `copy`: the folder stays as it is. `move`: it is gone from there afterwards. `in_place`: it is used where it lies. */
export const adoptionWays = ['copy', 'move', 'in_place'] as const;
export type AdoptionWay = (typeof adoptionWays)[number];

export const adoptFolder = defineRoute({
  method: 'POST',
  path: '/volumes/adopt',
  access: 'system',
  summary: 'Begin to make a volume of a folder of the host',
  params: nothing,
  query: nothing,
  /** `size` in MiB; left out: what is in it and as much as it needs to go on. */
  body: z.strictObject({
    path: hostPath,
    how: z.enum(adoptionWays),
    size: z
      .number()
      .int()
      .min(1)
      .max(16 * 1024 * 1024)
      .optional(),
  }),
  status: 202,
  errors: ['conflict', 'busy'],
  reply: operationSchema,
});

/** What an adoption of a folder comes to: `left_out` counts pipes, sockets and devices; `message` says what was done. */
export const adoptedFolderSchema = z.object({
  volume_id: z.string(),
  size_mb: z.number().int(),
  left_out: z.number().int(),
  message: z.string(),
});

/** A running container that no Lightdeck made. `notes`: what can't be done with it, a line each. */
export const adoptableContainerSchema = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  ports: z.array(portBindingSchema),
  takes_input: z.boolean(),
  notes: z.array(z.string()),
});
export type AdoptableContainer = z.infer<typeof adoptableContainerSchema>;

export const listStrangers = defineRoute({
  method: 'GET',
  path: '/host/containers',
  access: 'system',
  summary: 'Running containers that no Lightdeck made, and what could not be done with each',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['engine_unreachable', 'engine_refused', 'timeout'],
  reply: z.object({ containers: z.array(adoptableContainerSchema) }),
});

export const adoptContainer = defineRoute({
  method: 'POST',
  path: '/host/containers/adopt',
  access: 'system',
  summary: 'Take up a running container as a server, as it is',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    container_id: z.string().min(1).max(128),
    internal_id: internalIdSchema,
    name: z.string().min(1).max(64).optional(),
  }),
  status: 200,
  errors: ['not_found', 'conflict', 'engine_unreachable', 'engine_refused', 'timeout'],
  reply: z.object({ internal_id: z.string(), notes: z.array(z.string()) }),
});
