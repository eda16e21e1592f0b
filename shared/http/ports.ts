import { z } from 'zod';
import { portNumberSchema, protocolSchema } from '../model/server.ts';
import { defineRoute, noBody, nothing } from './route.ts';

const ipv4 = z.ipv4();
const ipv6 = z.ipv6();

/** An IPv4 or IPv6 address of the host, `0.0.0.0` and `::` for all. */
export const ipSchema = z
  .string()
  .refine(
    (ip) => ipv4.safeParse(ip).success || ipv6.safeParse(ip).success,
    'must be an IPv4 or IPv6 address',
  );

const portKeySchema = z.object({ ip: z.string(), port: portNumberSchema, protocol: protocolSchema });

/** `in_use` also for a port that is reserved; `used_by` is the id of the server that holds it. */
export const portViewSchema = portKeySchema.extend({ in_use: z.boolean(), used_by: z.string().nullable() });
export type PortView = z.infer<typeof portViewSchema>;

export const addPort = defineRoute({
  method: 'POST',
  path: '/network/ports',
  access: 'network',
  summary: 'Add a host port to the pool that servers publish theirs from',
  params: nothing,
  query: nothing,
  body: z.strictObject({ ip: ipSchema, port: portNumberSchema, protocol: protocolSchema.default('tcp') }),
  status: 200,
  reply: portKeySchema.extend({ message: z.literal('Port added to pool') }),
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
  reply: z.object({ ports: z.array(portViewSchema) }),
});
