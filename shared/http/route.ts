import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import type { Scope } from '../scopes.ts';

export const httpMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type HttpMethod = (typeof httpMethods)[number];

/** Who may call: anybody, a pairing link (used up by it), any token, the master token alone, or a token with that scope. */
export type Access = 'public' | 'pairing' | 'any' | 'master' | Scope;

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
  /** What this route itself can answer instead, beyond what all of its kind can: see `errorsOf`. */
  errors: readonly ErrorCode[];
  reply: Reply;
  /** Its answer can take much memory or time: a token may have only so many under way (B6). */
  heavy?: boolean;
  /**
   * What is bytes of any size and kind instead of JSON, streamed: the request's body (then `body` is `noBody`), or the reply
   * (then `reply` is `bytes`; failures are JSON as everywhere).
   */
  raw?: 'body' | 'reply';
}

/** Keeps the entry's own types, from which both sides infer theirs. */
export function defineRoute<const R extends Route>(route: R): R {
  return route;
}

/**
 * All that a route can answer instead of its reply: its own errors, and those of every route of its kind. Any of them can
 * fail as `internal`, or be asked in another method (405), which is no answer of the route's.
 */
export function errorsOf(route: Pick<Route, 'access' | 'method' | 'errors'>): ErrorCode[] {
  const codes = new Set<ErrorCode>(['invalid', 'internal', ...route.errors]);
  if (route.access !== 'public') {
    // `disk_full`: also where nothing else is written, since a single-use token is used up.
    for (const code of [
      'unauthorized',
      'token_expired',
      'vendor_header',
      'rate_limited',
      'disk_full',
    ] as const)
      codes.add(code);
  }
  // Any token will do for `any`; what a token lacks is told by all others.
  if (!['public', 'pairing', 'any'].includes(route.access)) codes.add('not_permitted');
  if (route.method !== 'GET') codes.add('too_large');
  return [...codes];
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
/** Stands for the schema of a raw reply. */
export const bytes = z.unknown();
export const idParams = z.strictObject({ id: z.string() });

/** What every failure answers, with the status of its error's code. */
export const errorReply = z.object({ error: z.string() });

/** A1: what `Accept` must contain, compared without case. */
export const vendorType = 'Application/vnd.pkglatv1+json';
/** Set on every reply to the host's version, so that another Lightdeck on a port can be recognised. */
export const hostHeader = 'x-lightdeck';
/** A17: what a client calls one thing that it asks for, however often it has to ask. */
export const keyHeader = 'idempotency-key';
/** A17: the how many-th try this is, from 1. */
export const attemptHeader = 'idempotency-attempt';
/** A17: on every reply, another one after each start of the host; a client that asks again says whom it asked first. */
export const startHeader = 'x-lightdeck-start';
export const askedHeader = 'idempotency-host';
/** A3: longest body of a request, in bytes. */
export const maxBody = 1024 * 1024;
