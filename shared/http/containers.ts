import { z } from 'zod';
import {
  lastExitSchema,
  portBindingSchema,
  portNumberSchema,
  runsAsSchema,
  serverDefinitionSchema,
  wireStateSchema,
} from '../model/server.ts';
import { createContainerBody } from './container-body.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

/**
 * One server. `created_at` and `updated_at` are Unix seconds, as published; `started_at` and `last_exit.at` are Unix
 * milliseconds, as on the sockets. `ports` carry the published `port` (the host's) beside both numbers.
 */
export const containerSchema = serverDefinitionSchema.omit({ host_user_problem: true }).extend({
  ports: z.array(portBindingSchema.extend({ port: portNumberSchema })),
  /** A19: whom it runs as. */
  user: runsAsSchema,
  /** The engine's id, or before the first start the name that its container will have; null until it is installed. */
  container_id: z.string().nullable(),
  /** As published (A3a); the socket says `installed`. */
  install_state: z.enum(['installing', 'ready', 'failed']),
  install_error: z.string().nullable(),
  state: wireStateSchema,
  started_at: z.number().nullable(),
  /** Fields that its container was made without: it has them with its next start. */
  pending_restart: z.array(z.string()),
  /** The image of its last start (before the first one: of its install): `name@sha256:…`, or its id if no registry has it. Null before. */
  image_version: z.string().nullable(),
  last_exit: lastExitSchema.nullable(),
  /** A41: names what was decided about it, for changes that must not undo somebody else's. */
  revision: z.string(),
});
export type Container = z.infer<typeof containerSchema>;

export const createContainer = defineRoute({
  method: 'POST',
  path: '/containers',
  access: 'containers.write',
  summary: 'Make a server and begin its install',
  params: nothing,
  query: nothing,
  body: createContainerBody,
  status: 200,
  errors: ['not_found', 'conflict', 'engine_unreachable'],
  reply: z.object({
    message: z.literal('Container creation started'),
    internal_id: z.string(),
    state: z.literal('installing'),
  }),
});

export const listContainers = defineRoute({
  method: 'GET',
  path: '/containers',
  access: 'containers.read',
  summary: 'All servers that the token may see',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: z.object({ containers: z.array(containerSchema) }),
});

export const getContainer = defineRoute({
  method: 'GET',
  path: '/containers/:id',
  access: 'containers.read',
  server: 'id',
  summary: 'One server',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: containerSchema,
});

export const deleteContainer = defineRoute({
  method: 'DELETE',
  path: '/containers/:id',
  access: 'containers.write',
  server: 'id',
  summary: 'Remove a server and its container; it can be had back for some days, and the volume stays',
  params: idParams,
  query: z.strictObject({
    /** `false`: for good at once. */
    keep: z.enum(['true', 'false']).default('true'),
    /** `delete`: the volume goes when the server can't be had back any more; with `keep=false` at once. */
    files: z.enum(['keep', 'delete']).default('keep'),
  }),
  body: noBody,
  status: 200,
  errors: ['not_found', 'busy', 'conflict', 'engine_unreachable', 'engine_refused', 'timeout'],
  /** `deletion`: what it can be had back by, until `expires_at` (Unix seconds); null where it is gone for good. */
  reply: z.object({
    message: z.literal('Container deleted successfully'),
    deletion: z.string().nullable(),
    expires_at: z.number().int().nullable(),
  }),
});

const power = <const Action extends string>(action: Action) =>
  defineRoute({
    method: 'POST',
    path: `/containers/:id/${action}`,
    access: 'power',
    server: 'id',
    summary: `Begin to ${action} a server`,
    params: idParams,
    query: nothing,
    body: noBody,
    status: 200,
    errors: ['not_found', 'busy', 'engine_unreachable'],
    reply: z.object({ message: z.literal(`Container ${action} initiated`), internal_id: z.string() }),
  });

export const startContainer = power('start');
export const stopContainer = power('stop');
export const restartContainer = power('restart');
export const killContainer = power('kill');
