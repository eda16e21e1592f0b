import { z } from 'zod';
import { internalIdSchema } from '../model/server.ts';
import { scopeSchema } from '../scopes.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

/** RFC 3339, UTC. */
const instant = z.iso.datetime();

export const createToken = defineRoute({
  method: 'POST',
  path: '/auth/tokens',
  access: 'master',
  summary: 'Make a token; its secret is shown this once',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    /** `30s` `15m` `1h` `7d`, from 1 s to 365 d. */
    ttl: z.string(),
    /** Gone with its first successful use. */
    remove_on_use: z.boolean().default(false),
    label: z.string().max(128).default(''),
    /** Left out or null: all but `tokens`. */
    scopes: z.array(scopeSchema).max(scopeSchema.options.length).nullable().default(null),
    /** Ids of the servers that it is bound to; left out or null: all. */
    containers: z.array(internalIdSchema).max(1000).nullable().default(null),
  }),
  status: 200,
  errors: ['conflict'],
  reply: z.object({ token: z.string(), expires_at: instant, id: z.string() }),
});

export const tokenViewSchema = z.object({
  id: z.string(),
  label: z.string(),
  scopes: z.array(scopeSchema).nullable(),
  containers: z.array(z.string()).nullable(),
  created_at: instant,
  expires_at: instant,
  remove_on_use: z.boolean(),
  /** When a single-use one was used. */
  used_at: instant.nullable(),
});
export type TokenView = z.infer<typeof tokenViewSchema>;

export const listTokens = defineRoute({
  method: 'GET',
  path: '/auth/tokens',
  access: 'tokens',
  summary: 'All tokens that have not expired, without their secrets',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: z.object({ tokens: z.array(tokenViewSchema) }),
});

export const readSelf = defineRoute({
  method: 'GET',
  path: '/auth/self',
  access: 'any',
  summary: 'What the token of this request may do',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: z.object({
    label: z.string(),
    /** Those that it has; the master token has them all. */
    scopes: z.array(scopeSchema),
    /** The servers that it is bound to; null: all. */
    containers: z.array(z.string()).nullable(),
    /** Null: never. */
    expires_at: instant.nullable(),
  }),
});

export const deleteToken = defineRoute({
  method: 'DELETE',
  path: '/auth/tokens/:id',
  access: 'tokens',
  summary: 'Revoke a token at once, its open sockets included',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({ message: z.literal('Token revoked successfully') }),
});
