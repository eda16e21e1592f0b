import { z } from 'zod';
import { lanAddressSchema } from '../model/host.ts';
import { internalIdSchema } from '../model/server.ts';
import { type Scope, scopeSchema } from '../scopes.ts';
import { ipSchema } from './ports.ts';
import { defineRoute, noBody, nothing } from './route.ts';

export const hostUrlSchema = lanAddressSchema.extend({
  url: z.string(),
  /** Whether the host listens there now. */
  served: z.boolean(),
});
export type HostUrl = z.infer<typeof hostUrlSchema>;

/** `urls` has the machine's addresses in the networks around it, the default route's first; `listening` what the host listens on. */
export const sharingSchema = z.object({
  enabled: z.boolean(),
  host: z.string(),
  port: z.number().int(),
  urls: z.array(hostUrlSchema),
  listening: z.array(z.object({ ip: z.string(), port: z.number().int() })),
  /** Whether the networks are to be told of the host by multicast DNS, while it is shared. */
  announce: z.boolean(),
  /** Whether they are; where that is wanted but can't be, why not, in words. */
  announced: z.union([z.boolean(), z.string()]),
});
export type SharingView = z.infer<typeof sharingSchema>;

export const readSharing = defineRoute({
  method: 'GET',
  path: '/sharing',
  access: 'system',
  summary: 'Whether the host listens on the network, and its addresses there',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: sharingSchema,
});

export const changeSharing = defineRoute({
  method: 'PUT',
  path: '/sharing',
  access: 'system',
  summary: 'Listen on the network, or only on this machine; at once, and after each start',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    enabled: z.boolean(),
    /** One address of the machine; left out: all. */
    host: ipSchema.default('0.0.0.0'),
    /** Left out: as before. */
    announce: z.boolean().optional(),
  }),
  status: 200,
  errors: ['conflict'],
  reply: sharingSchema,
});

/** What a pairing link gives when nothing is asked for: to look on. */
export const leastScopes: readonly Scope[] = ['containers.read', 'console.read'];

export const pairBrowser = defineRoute({
  method: 'POST',
  path: '/sharing/pairing',
  access: 'tokens',
  summary: 'Make a single-use link that lets one browser in, good for five minutes',
  params: nothing,
  query: nothing,
  body: z
    .strictObject({
      /** What its session may do; null: all but `tokens`. */
      scopes: z
        .array(scopeSchema)
        .min(1)
        .max(scopeSchema.options.length)
        .nullable()
        .default([...leastScopes]),
      /** Ids of the servers that its session is bound to; null: all. */
      containers: z.array(internalIdSchema).min(1).max(1000).nullable().default(null),
      /** When its session ends for good, after it was opened: as a token's. Null: 12 hours after it was last renewed. */
      ttl: z.string().nullable().default(null),
    })
    .prefault({}),
  status: 200,
  errors: [],
  reply: z.object({
    token: z.string(),
    expires_at: z.iso.datetime(),
    /** One link for each address that is served. */
    urls: z.array(z.object({ interface: z.string(), url: z.string() })),
  }),
});
