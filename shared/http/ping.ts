import { z } from 'zod';
import { defineRoute, noBody, nothing } from './route.ts';

export const ping = defineRoute({
  method: 'GET',
  path: '/api/v1/public/ping',
  access: 'public',
  summary: 'Whether a host is here, and which version',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: z.object({ status: z.literal('ok'), message: z.literal('Lightd is running'), version: z.string() }),
});
