import { z } from 'zod';
import { keptRuns, runSchema } from '../model/run.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

export const listRuns = defineRoute({
  method: 'GET',
  path: '/containers/:id/runs',
  access: 'console.read',
  server: 'id',
  summary: `The last ${keptRuns} runs of a server, newest first: where in its console each began and ended, and how (A42)`,
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({ runs: z.array(runSchema) }),
});
