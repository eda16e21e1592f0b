import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import type { Route } from '../../shared/http/route.ts';
import type { Grant } from '../auth/contract.ts';

/** A request as a handler sees it: checked, with defaults filled in. */
export interface RouteCall<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  params: z.output<Params>;
  query: z.output<Query>;
  body: z.output<Body>;
  grant: Grant;
  /** The request itself: its headers, and with `raw: 'body'` the bytes, which nobody has read yet. */
  raw: IncomingMessage;
  /** Aborted when the client goes away before it has its answer. */
  readonly signal: AbortSignal;
}

export type RouteHandler<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends z.ZodType,
> = (call: RouteCall<P, Q, B>) => z.output<R> | Promise<z.output<R>>;

/** Where a feature's routes go: the token, scope and input have been checked before a handler is called. */
export interface Routes {
  /**
   * Gives back where the handler goes: `mount(route)(handler)`. In two steps, so that the reply's type comes from the route
   * alone and a handler that answers something else doesn't compile.
   */
  mount<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    route: Route<P, Q, B, R>,
  ): (handler: RouteHandler<P, Q, B, R>) => void;
}

/**
 * A room that is complete in itself: what it does, and what of it can be asked for by HTTP. main/daemon/features.ts lists all.
 * What it tells on the host's socket goes through `HostNews`; tables of its own it gets by `store.tables`.
 */
export interface Feature {
  /** For the log. */
  name: string;
  /** Called once, before the host listens. */
  routes(routes: Routes): void;
  /** Ends what it does by itself, for one that does: when nobody can ask any more, and the servers are still there. */
  close?(): void | Promise<void>;
}
