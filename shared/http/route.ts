import { z } from 'zod';
import type { Scope } from '../scopes.ts';

export const httpMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type HttpMethod = (typeof httpMethods)[number];

/** Who may call: anybody, the master token alone, or a token with that scope. */
export type Access = 'public' | 'master' | Scope;

/**
 * One route, as both sides know it. `path` has parameters like `:id`, without prefix. The schemas of what comes in are
 * strict, so that an unknown field is refused by its name (A3); the reply's are not, so that a newer host can tell more.
 */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> {
  method: HttpMethod;
  path: string;
  access: Access;
  /** The path parameter that names the server, if the token must be good for that server. */
  server?: string;
  summary: string;
  params: Params;
  query: Query;
  body: Body;
  status: 200 | 201 | 202 | 204;
  reply: Reply;
}

/** Keeps the entry's own types, from which both sides infer theirs. */
export function defineRoute<const R extends Route>(route: R): R {
  return route;
}

export type ParamsOf<R extends Route> = z.output<R['params']>;
export type QueryOf<R extends Route> = z.output<R['query']>;
/** The body as the handler gets it, defaults filled in. */
export type BodyOf<R extends Route> = z.output<R['body']>;
/** The body as a client may send it. */
export type SentBodyOf<R extends Route> = z.input<R['body']>;
export type ReplyOf<R extends Route> = z.output<R['reply']>;

/** No path parameters, no query. */
export const nothing = z.strictObject({});
/** No body, or an empty object: many clients send one with every POST. */
export const noBody = z.strictObject({}).optional();
export const idParams = z.strictObject({ id: z.string() });

/** What every failure answers, with the status of its error's code. */
export const errorReply = z.object({ error: z.string() });

/** A1: what `Accept` must contain, compared without case. */
export const vendorType = 'Application/vnd.pkglatv1+json';
/** Set on every reply to the host's version, so that another Lightdeck on a port can be recognised. */
export const hostHeader = 'x-lightdeck';
/** A3: longest body of a request, in bytes. */
export const maxBody = 1024 * 1024;
