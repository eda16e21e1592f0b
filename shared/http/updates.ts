import { z } from 'zod';
import { imageUpdateSchema } from '../model/image-update.ts';
import { operationSchema } from '../model/operation.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

export const listUpdates = defineRoute({
  method: 'GET',
  path: '/updates',
  access: 'containers.read',
  summary: 'How it stands with the images of the servers that the token may see',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: z.object({
    /** Whether registries are asked once a day. */
    enabled: z.boolean(),
    updates: z.array(imageUpdateSchema),
  }),
});

export const setUpdateChecks = defineRoute({
  method: 'PUT',
  path: '/host/updates',
  access: 'system',
  summary: 'Have registries asked for newer images once a day, or not',
  params: nothing,
  query: nothing,
  body: z.strictObject({ enabled: z.boolean() }),
  status: 200,
  errors: [],
  reply: z.object({ enabled: z.boolean() }),
});

export const checkUpdate = defineRoute({
  method: 'POST',
  path: '/containers/:id/update/check',
  access: 'containers.write',
  server: 'id',
  summary: 'Ask the registry of its image now',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found', 'engine_unreachable'],
  reply: imageUpdateSchema,
});

export const applyUpdate = defineRoute({
  method: 'POST',
  path: '/containers/:id/update',
  access: 'containers.write',
  server: 'id',
  summary: 'Bring the newest image of its name and run on it; one that does not start is taken back',
  params: idParams,
  query: nothing,
  body: z
    .strictObject({
      /** Whether its files are kept as they are before it. */
      restore_point: z.boolean().default(true),
    })
    .default({ restore_point: true }),
  status: 202,
  errors: ['not_found', 'conflict', 'busy', 'engine_unreachable'],
  reply: z.object({ message: z.literal('Update initiated'), operation: operationSchema }),
});

export const takeBackUpdate = defineRoute({
  method: 'POST',
  path: '/containers/:id/update/take-back',
  access: 'containers.write',
  server: 'id',
  summary: 'Run on the image of before the last update again',
  params: idParams,
  query: nothing,
  body: z
    .strictObject({
      /** Whether its files become as they were before the update, too. */
      files: z.boolean().default(false),
    })
    .default({ files: false }),
  status: 202,
  errors: ['not_found', 'conflict', 'busy', 'engine_unreachable'],
  reply: z.object({ message: z.literal('Update is being taken back'), operation: operationSchema }),
});
