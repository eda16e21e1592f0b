import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import type { Route } from '../../shared/http/route.ts';
import type { Auth, Grant } from '../auth/contract.ts';
import { nobody } from '../auth/grant.ts';
import { admit } from './caller.ts';
import { parseInput } from './parse-input.ts';

/** A request as a handler sees it: checked, with defaults filled in. */
export interface RouteCall<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  params: z.output<Params>;
  query: z.output<Query>;
  body: z.output<Body>;
  grant: Grant;
}

export type RouteHandler<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends z.ZodType,
> = (call: RouteCall<P, Q, B>) => z.output<R> | Promise<z.output<R>>;

export interface RouteMounterOptions {
  app: FastifyInstance;
  auth: Auth;
  /** Whether replies are checked against their schemas (development and tests): a wrong one is an internal error. */
  checkReplies: boolean;
}

const paramsSchema = z.record(z.string(), z.string());
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'] as const;

/** Puts entries of the route table onto Fastify: admission, input, handler, reply. */
export class RouteMounter {
  private readonly options: RouteMounterOptions;
  private readonly grants = new WeakMap<FastifyRequest, Grant>();
  private readonly methodsByPath = new Map<string, Set<string>>();

  constructor(options: RouteMounterOptions) {
    this.options = options;
  }

  /**
   * Gives back where the handler goes: `mount(route)(handler)`. In two steps, so that the reply's type comes from the route
   * alone and a handler that answers something else doesn't compile.
   */
  mount<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    route: Route<P, Q, B, R>,
  ): (handler: RouteHandler<P, Q, B, R>) => void {
    const { app, auth } = this.options;
    return (handler) => {
      const known = this.methodsByPath.get(route.path) ?? new Set<string>();
      this.methodsByPath.set(route.path, known.add(route.method));
      app.route({
        method: route.method,
        url: route.path,
        // Before the body is read: who isn't admitted can't make us read anything.
        onRequest: async (request) => {
          this.grants.set(request, admit(route, request.raw, paramsSchema.parse(request.params), auth));
        },
        handler: async (request, reply) => {
          const answer = await handler({
            params: parseInput(route.params, request.params, 'path'),
            query: parseInput(route.query, request.query, 'query'),
            body: parseInput(route.body, request.body, 'body'),
            grant: this.grants.get(request) ?? nobody,
          });
          if (this.options.checkReplies) route.reply.parse(answer);
          return reply.code(route.status).send(answer);
        },
      });
    };
  }

  /** A3: any other method on a mounted path answers 405 and says which ones there are. Call it after the last `mount`. */
  refuseOtherMethods(): void {
    for (const [url, known] of this.methodsByPath) {
      // Fastify answers HEAD wherever there is a GET.
      if (known.has('GET')) known.add('HEAD');
      const allow = [...known].join(', ');
      this.options.app.route({
        method: methods.filter((method) => !known.has(method)),
        url,
        onRequest: async (request, reply) => {
          reply.header('allow', allow);
          throw new LightdeckError(
            'method_not_allowed',
            `${request.method} is not possible here, only ${allow}`,
          );
        },
        handler: () => {},
      });
    }
  }
}
