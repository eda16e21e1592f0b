import { z } from 'zod';
import { defineRoute, noBody, nothing } from './route.ts';

export const openApi = defineRoute({
  method: 'GET',
  path: '/openapi.json',
  access: 'any',
  summary: 'This API as an OpenAPI 3.1 document',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: z.record(z.string(), z.unknown()),
});
