import { z } from 'zod';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

export const releaseContainer = defineRoute({
  method: 'POST',
  path: '/containers/:id/release',
  access: 'containers.write',
  summary: 'Let an adopted container go: it stays as it is, and is no server any more',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found', 'conflict', 'busy', 'engine_unreachable'],
  reply: z.object({ message: z.string() }),
});
