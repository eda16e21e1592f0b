import { z } from 'zod';
import {
  changeContainerBody,
  mountSchema,
  readOnlyMountsSchema,
  variableValuesSchema,
} from './container-body.ts';
import { containerSchema } from './containers.ts';
import { defineRoute, idParams } from './route.ts';

/** A41: `revision` of the server as it was read; changed since then: 409. */
export const ifRevision = z.strictObject({ revision: z.string().max(64).optional() });

export const changeContainer = defineRoute({
  method: 'PATCH',
  path: '/containers/:id',
  access: 'containers.write',
  server: 'id',
  summary: 'Change a server; the reply says what waits for its next start',
  params: idParams,
  query: ifRevision,
  body: changeContainerBody,
  status: 200,
  errors: ['not_found', 'busy', 'conflict'],
  /** `restart_required`: the fields of this request that a running server gets with its next start. */
  reply: containerSchema.extend({ restart_required: z.array(z.string()) }),
});

export const setVariables = defineRoute({
  method: 'PATCH',
  path: '/containers/:id/variables',
  access: 'containers.write',
  server: 'id',
  summary: 'Change what the recipe of a server asks for, each value held to its rules',
  params: idParams,
  query: ifRevision,
  body: z.strictObject({ values: variableValuesSchema }),
  status: 200,
  errors: ['not_found', 'busy', 'conflict'],
  reply: containerSchema.extend({ restart_required: z.array(z.string()) }),
});

export const setVolumes = defineRoute({
  method: 'POST',
  path: '/containers/:id/volumes',
  access: 'containers.write',
  server: 'id',
  summary: 'Replace the own mounts of a server (A8), from its next start on',
  params: idParams,
  query: ifRevision,
  body: z.strictObject({ volumes: mountSchema, read_only_mounts: readOnlyMountsSchema }),
  status: 202,
  errors: ['not_found', 'busy', 'conflict'],
  reply: z.object({ message: z.literal('Volumes updated (restart container to apply changes)') }),
});
