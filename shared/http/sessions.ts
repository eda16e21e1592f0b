import { z } from 'zod';
import { scopeSchema } from '../scopes.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

/** RFC 3339, UTC. */
const instant = z.iso.datetime();
const sessionSecret = z.object({ token: z.string(), id: z.string(), expires_at: instant });

export const openSession = defineRoute({
  method: 'POST',
  path: '/auth/sessions',
  access: 'pairing',
  summary: 'Exchange a single-use pairing secret for a session’s token',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['conflict'],
  reply: sessionSecret,
});

export const renewSession = defineRoute({
  method: 'POST',
  path: '/auth/sessions/renew',
  access: 'any',
  summary: 'A new token for this session; the one before works for another minute',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['conflict'],
  reply: sessionSecret,
});

export const sessionViewSchema = z.object({
  id: z.string(),
  /** `Chrome on Android` */
  label: z.string(),
  address: z.string(),
  since: instant,
  last_seen: instant,
  /** What it may do; null: all but `tokens`. */
  scopes: z.array(scopeSchema).nullable(),
  /** The servers that it is bound to; null: all. */
  containers: z.array(z.string()).nullable(),
  /** When it ends even if it is renewed; null: never. */
  ends_at: instant.nullable(),
  expires_at: instant,
  open_sockets: z.number().int(),
  /** Whether it is the one that asks. */
  current: z.boolean(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

export const listSessions = defineRoute({
  method: 'GET',
  path: '/auth/sessions',
  access: 'tokens',
  summary: 'The browsers that were let in by a pairing link',
  params: nothing,
  query: nothing,
  body: noBody,
  status: 200,
  errors: [],
  reply: z.object({ sessions: z.array(sessionViewSchema) }),
});

export const endSession = defineRoute({
  method: 'DELETE',
  path: '/auth/sessions/:id',
  access: 'tokens',
  summary: 'End a session at once, its open sockets included',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found'],
  reply: z.object({ message: z.literal('Session ended') }),
});
