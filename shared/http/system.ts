import { z } from 'zod';
import { engineStateSchema, hostInfoSchema, storeStateSchema } from '../model/host.ts';
import { defineRoute, noBody, nothing } from './route.ts';

/** The machine and the host on it. Sizes in bytes, CPU in percent of a core (100 per core), `uptime` in seconds. */
export const systemSchema = z.object({
  host: z.object({
    name: z.string(),
    platform: z.string(),
    release: z.string(),
    arch: z.string(),
    uptime: z.number(),
    cpu: hostInfoSchema.shape.cpu,
    memory: hostInfoSchema.shape.memory,
  }),
  /** Where it was found, by what, and what else was tried. */
  engine: engineStateSchema,
  /** Whether its database takes writes. */
  store: storeStateSchema,
  /** The one with the data folder, `path`. */
  disk: z.object({ path: z.string(), total: z.number(), used: z.number(), free: z.number() }),
  versions: z.object({ lightdeck: z.string(), node: z.string(), electron: z.string().nullable() }),
  /** What it listens on. */
  addresses: z.array(z.object({ ip: z.string(), port: z.number().int() })),
});
export type SystemView = z.infer<typeof systemSchema>;

export const readSystem = defineRoute({
  method: 'GET',
  path: '/system',
  access: 'system',
  summary: 'The machine, the engine and how it was found, versions and addresses',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: systemSchema,
});
