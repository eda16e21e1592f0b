import { z } from 'zod';
import { operationSchema } from '../model/operation.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

export const listOperations = defineRoute({
  method: 'GET',
  path: '/operations',
  access: 'containers.read',
  summary: 'What is under way, and what ended lately; the newest first',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: z.object({ operations: z.array(operationSchema) }),
});

export const readOperation = defineRoute({
  method: 'GET',
  path: '/operations/:id',
  access: 'containers.read',
  summary: 'How far an operation is, or how it ended',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: operationSchema,
});

export const cancelOperation = defineRoute({
  method: 'POST',
  path: '/operations/:id/cancel',
  access: 'containers.read',
  summary: 'Ends an operation before its time; needs the right that it was begun with',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 202,
  errors: ['not_found', 'conflict'],
  reply: operationSchema,
});
