import { z } from 'zod';
import { engineStateSchema } from '../model/host.ts';
import { defineRoute, noBody, nothing } from './route.ts';

export const lookForEngine = defineRoute({
  method: 'POST',
  path: '/host/engine/look',
  access: 'system',
  summary: 'Looks for an engine now, and says what it found',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: engineStateSchema,
});

/** A place where an engine could be. `problem` null: one answers there. `in_use`: it is the one that the servers are on. */
export const engineChoiceSchema = z.object({
  endpoint: z.string(),
  source: z.string(),
  kind: z.enum(['docker', 'podman']).nullable(),
  problem: z.string().nullable(),
  in_use: z.boolean(),
});
export type EngineChoice = z.infer<typeof engineChoiceSchema>;

export const listEngines = defineRoute({
  method: 'GET',
  path: '/host/engines',
  access: 'system',
  summary: 'The engines of this machine: every usual place, and what answers there',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: z.object({ engines: z.array(engineChoiceSchema) }),
});
