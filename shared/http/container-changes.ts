import { z } from 'zod';
import { changeContainerBody, mountSchema } from './container-body.ts';
import { containerSchema } from './containers.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

export const changeContainer = defineRoute({
  method: 'PATCH',
  path: '/containers/:id',
  access: 'containers.write',
  server: 'id',
  summary: 'Change a server; the reply says what waits for its next start',
  params: idParams,
  query: nothing,
  body: changeContainerBody,
  status: 200,
  errors: ['not_found', 'busy'],
  /** `restart_required`: the fields of this request that a running server gets with its next start. */
  reply: containerSchema.extend({ restart_required: z.array(z.string()) }),
});

export const setVolumes = defineRoute({
  method: 'POST',
  path: '/containers/:id/volumes',
  access: 'containers.write',
  server: 'id',
  summary: 'Replace the own mounts of a server (A8), from its next start on',
  params: idParams,
  query: nothing,
  body: z.strictObject({ volumes: mountSchema }),
  status: 202,
  errors: ['not_found', 'busy'],
  reply: z.object({ message: z.literal('Volumes updated (restart container to apply changes)') }),
});

/** A whole number as it stands in a query. */
const queryNumber = (range: z.ZodNumber) =>
  z
    .string()
    .regex(/^\d{1,16}$/, 'must be a whole number')
    .transform(Number)
    .pipe(range);

export const readLogs = defineRoute({
  method: 'GET',
  path: '/containers/:id/logs',
  access: 'console.read',
  server: 'id',
  summary: 'The last lines of the console, or those before an offset (S14, X2)',
  params: idParams,
  query: z.strictObject({
    lines: queryNumber(z.number().int().min(1).max(10_000)).default(1000),
    before: queryNumber(z.number().int()).optional(),
  }),
  body: noBody,
  status: 200,
  errors: ['not_found', 'busy'],
  /** Offsets as in the socket's `logs` frame, in bytes. */
  reply: z.object({ data: z.string(), from: z.number().int(), to: z.number().int() }),
});
