import { z } from 'zod';
import { internalIdSchema } from '../model/server.ts';
import { defineRoute, noBody, nothing } from './route.ts';

/**
 * One line of the record of changes: who, what, when, and how it ended. `at` is Unix milliseconds. `actor` is the token's
 * label, `master`, an SFTP user, `host`, or '' for somebody unknown. `result` is `ok`, else the error's words.
 */
export const auditRecordSchema = z.object({
  id: z.number().int(),
  at: z.number(),
  actor: z.string(),
  address: z.string(),
  via: z.enum(['http', 'socket', 'sftp', 'host']),
  action: z.string(),
  container: z.string().nullable(),
  volume: z.string().nullable(),
  detail: z.string(),
  result: z.string(),
});

export const readAudit = defineRoute({
  method: 'GET',
  path: '/audit',
  access: 'system',
  summary: 'The record of changes, newest first, 100 at a time; with a bound token, those of its servers',
  params: nothing,
  query: z.strictObject({
    /** The `id` of the oldest entry that is known already. */
    before: z
      .string()
      .regex(/^\d{1,15}$/, 'must be the id of an entry')
      .transform(Number)
      .optional(),
    /** Only what is about this server, also if it is gone by now. */
    container: internalIdSchema.optional(),
  }),
  body: noBody,
  status: 200,
  errors: [],
  reply: z.object({ entries: z.array(auditRecordSchema) }),
});
