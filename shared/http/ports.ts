import { z } from 'zod';
import { internalIdSchema, portNumberSchema, protocolSchema } from '../model/server.ts';
import { defineRoute, noBody, nothing } from './route.ts';

const ipv4 = z.ipv4();
const ipv6 = z.ipv6();

/** Most entries of one deletion; more don't fit into a body anyhow. */
const maxBulk = 20_000;

/** An IPv4 or IPv6 address of the host, `0.0.0.0` and `::` for all. */
export const ipSchema = z
  .string()
  .refine(
    (ip) => ipv4.safeParse(ip).success || ipv6.safeParse(ip).success,
    'must be an IPv4 or IPv6 address',
  );

const portKeySchema = z.object({ ip: z.string(), port: portNumberSchema, protocol: protocolSchema });

/**
 * `in_use`: a server holds it, it is reserved by hand, a process of the machine has it, or another entry in use takes in
 * the same address. `used_by` is the id of the server that holds it, `held_by` says in words what else does.
 */
export const portViewSchema = portKeySchema.extend({
  in_use: z.boolean(),
  used_by: z.string().nullable(),
  reserved: z.boolean(),
  held_by: z.string().nullable(),
});
export type PortView = z.infer<typeof portViewSchema>;

const portParam = z
  .string()
  .regex(/^[0-9]{1,5}$/, 'must be a port number')
  .transform(Number)
  .pipe(portNumberSchema);
/** An IPv6 address may stand in the path as it is or percent-encoded. */
const portParams = z.strictObject({ ip: ipSchema, port: portParam });
/** Needed only where both protocols are there. */
const protocolQuery = z.strictObject({ protocol: protocolSchema.optional() });

/** With `end_port`: all from `port` to it. Those that are there already stay as they are. */
export const addPort = defineRoute({
  method: 'POST',
  path: '/network/ports',
  access: 'network',
  summary: 'Add a host port, or a range of them, to the pool that servers publish theirs from',
  params: nothing,
  query: nothing,
  body: z
    .strictObject({
      ip: ipSchema,
      port: portNumberSchema,
      end_port: portNumberSchema.optional(),
      protocol: protocolSchema.default('tcp'),
    })
    .refine(({ port, end_port }) => end_port === undefined || end_port >= port, {
      path: ['end_port'],
      message: 'must not be below port',
    }),
  status: 200,
  errors: [],
  reply: portKeySchema.extend({
    message: z.literal('Port added to pool'),
    /** With a range alone: its end, how many are new, and how many were there already. */
    end_port: portNumberSchema.optional(),
    added: z.number().int().optional(),
    existing: z.number().int().optional(),
  }),
});

export const listPorts = defineRoute({
  method: 'GET',
  path: '/network/ports',
  access: 'network',
  summary: 'All ports of the pool',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: z.object({ ports: z.array(portViewSchema) }),
});

export const randomPort = defineRoute({
  method: 'GET',
  path: '/network/ports/random',
  access: 'network',
  summary: 'A free port of the pool, by chance; it is not reserved',
  params: nothing,
  query: protocolQuery,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: portViewSchema,
});

export const getPort = defineRoute({
  method: 'GET',
  path: '/network/ports/:ip/:port',
  access: 'network',
  summary: 'One port of the pool',
  params: portParams,
  query: protocolQuery,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: portViewSchema,
});

/** Of any port of the machine, whether the pool has it or not; what `container` holds counts as free. */
export const checkPort = defineRoute({
  method: 'GET',
  path: '/network/check',
  access: 'network',
  summary: 'Who has a port of the machine, in the pool or not, and which one is free next',
  params: nothing,
  query: z.strictObject({
    ip: ipSchema.default('0.0.0.0'),
    port: portParam,
    protocol: protocolSchema.default('tcp'),
    container: internalIdSchema.optional(),
  }),
  body: noBody,
  status: 200,
  errors: [],
  reply: portViewSchema.extend({
    in_pool: z.boolean(),
    /** This one or the first free one above it; null: none near it. */
    next_free: portNumberSchema.nullable(),
  }),
});
export type PortCheck = z.infer<typeof checkPort.reply>;

export const deletePort = defineRoute({
  method: 'DELETE',
  path: '/network/ports/:ip/:port',
  access: 'network',
  summary: 'Take a port that is not in use out of the pool',
  params: portParams,
  query: protocolQuery,
  body: noBody,
  status: 200,
  errors: ['not_found', 'conflict'],
  reply: z.object({ message: z.literal('Port deleted from pool') }),
});

export const usePort = defineRoute({
  method: 'PUT',
  path: '/network/ports/:ip/:port/use',
  access: 'network',
  summary: 'Reserve a port by hand, or give it back',
  params: portParams,
  query: protocolQuery,
  body: z.strictObject({ in_use: z.boolean() }),
  status: 200,
  errors: ['not_found', 'conflict'],
  reply: z.object({
    message: z.literal('Port usage updated'),
    ip: z.string(),
    port: portNumberSchema,
    in_use: z.boolean(),
  }),
});

/** An entry without `protocol` means both. What is in use or not there is skipped, and told. */
export const bulkDeletePorts = defineRoute({
  method: 'POST',
  path: '/network/ports/bulk-delete',
  access: 'network',
  summary: 'Take many ports out of the pool, those in use left alone',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    ports: z
      .array(z.strictObject({ ip: ipSchema, port: portNumberSchema, protocol: protocolSchema.optional() }))
      .max(maxBulk),
  }),
  status: 200,
  errors: [],
  reply: z.object({
    message: z.string().regex(/^Deleted \d+ ports from pool$/),
    deleted_count: z.number().int(),
    skipped: z.array(
      z.object({
        ip: z.string(),
        port: portNumberSchema,
        protocol: protocolSchema.nullable(),
        reason: z.enum(['in_use', 'not_found']),
      }),
    ),
  }),
});
