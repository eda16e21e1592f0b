import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import type { Route } from '../../shared/http/route.ts';
import type { Audit } from '../audit/contract.ts';
import type { Auth, Grant } from '../auth/contract.ts';
import { nobody } from '../auth/grant.ts';
import type { RouteHandler, Routes } from '../feature/contract.ts';
import { StreamReply } from '../feature/stream-reply.ts';
import type { ClientAddress } from '../lib/client-address.ts';
import type { AnsweredCalls } from './answered-calls.ts';
import { type RecordedCall, recordCall, recordFailure } from './call-record.ts';
import { callerOf, checkScope, identify } from './caller.ts';
import { clientGone } from './client-gone.ts';
import { HeavyCalls } from './heavy-calls.ts';
import { LongReply } from './long-reply.ts';
import { OpenCalls } from './open-calls.ts';
import { parseInput } from './parse-input.ts';
import { RawReply } from './raw-reply.ts';
import type { BodyClock } from './request-timeouts.ts';
import { sendStream } from './send-stream.ts';
import { isLong } from './slice-json.ts';

export interface RouteMounterOptions {
  app: FastifyInstance;
  auth: Auth;
  /** Gets every call that may change something. */
  audit: Audit;
  /** Whether replies are checked against their schemas (development and tests): a wrong one is an internal error. */
  checkReplies: boolean;
  bodyClock: BodyClock;
  answered: AnsweredCalls;
  clientAddress: ClientAddress;
}

const paramsSchema = z.record(z.string(), z.string());

/** Puts entries of the route table onto Fastify: admission, input, handler, reply. */
export class RouteMounter implements Routes {
  private readonly options: RouteMounterOptions;
  private readonly openCalls = new OpenCalls();
  private readonly heavyCalls = new HeavyCalls();
  private readonly grants = new WeakMap<FastifyRequest, Grant>();
  /** All that were mounted, in that order. */
  readonly routes: Route[] = [];

  constructor(options: RouteMounterOptions) {
    this.options = options;
    options.auth.onRevoked((tokenId) => this.openCalls.end(tokenId));
  }

  /** As `Routes.mount`. */
  mount<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    route: Route<P, Q, B, R>,
  ): (handler: RouteHandler<P, Q, B, R>) => void {
    const { app, bodyClock } = this.options;
    return (handler) => {
      this.routes.push(route);
      const place = (scope: FastifyInstance) =>
        scope.route({
          // One entry for both: Fastify's own copy of each for HEAD doubles what building them costs.
          method: route.method === 'GET' ? ['GET', 'HEAD'] : route.method,
          exposeHeadRoute: false,
          url: route.path,
          // Before the body is read: who isn't admitted can't make us read anything.
          onRequest: async (request) => {
            this.admit(route, request);
            if (route.raw === 'body') bodyClock.lift(request.raw);
          },
          handler: async (request, reply) => {
            this.openCalls.add(this.grantOf(request).tokenId, reply.raw);
            const work = async () => {
              const answer = await this.answer(route, { request, reply }, handler);
              if (answer instanceof RawReply || answer instanceof StreamReply) return answer;
              if (this.options.checkReplies) route.reply.parse(answer);
              return isLong(answer) ? LongReply.of(answer) : answer;
            };
            const answer = await (route.heavy ? this.inTurn(request, reply, work) : work());
            if (answer instanceof RawReply) {
              this.openCalls.add(answer.tokenId, reply.raw);
              return answer.send(reply);
            }
            if (answer instanceof StreamReply) {
              this.openCalls.add(answer.tokenId, reply.raw);
              return sendStream(answer, reply);
            }
            if (answer instanceof LongReply) return answer.send(reply, route.status);
            return reply.code(route.status).send(answer);
          },
        });
      if (route.raw === 'body') app.register(async (scope) => place(leaveBodiesAlone(scope)));
      else place(app);
    };
  }

  private answer<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    route: Route<P, Q, B, R>,
    { request, reply }: { request: FastifyRequest; reply: FastifyReply },
    handler: RouteHandler<P, Q, B, R>,
  ): Promise<unknown> {
    let gone: AbortSignal | null = null;
    const work = (): Promise<unknown> =>
      recordCall(this.options.audit, this.callOf(route, request), () =>
        handler({
          params: parseInput(route.params, request.params, 'path'),
          query: parseInput(route.query, request.query, 'query'),
          body: parseInput(route.body, request.body, 'body'),
          grant: this.grantOf(request),
          raw: request.raw,
          get signal() {
            gone ??= clientGone(reply.raw);
            return gone;
          },
        }),
      );
    if (route.method === 'GET' || route.raw) return work();
    const { headers, method, url, body } = request;
    const caller = callerOf(route, headers, this.grantOf(request));
    const wasGivenUp = (): boolean => gone?.aborted ?? false;
    return this.options.answered.answer({ caller, headers, method, url, body, wasGivenUp }, work);
  }

  /** B6: few large answers at a time, and only so many of one token, until they were taken. */
  private inTurn<T>(request: FastifyRequest, { raw }: FastifyReply, work: () => Promise<T>): Promise<T> {
    const grant = this.grantOf(request);
    const end = this.heavyCalls.admit(grant);
    if (raw.closed || raw.destroyed) end();
    else raw.once('close', end);
    return this.heavyCalls.run(grant, () => {
      if (raw.destroyed) throw new LightdeckError('busy', 'The client went away');
      return work();
    });
  }

  private admit(route: Route, request: FastifyRequest): void {
    const grant = identify(route, request.raw, this.options.clientAddress(request.raw), this.options.auth);
    this.grants.set(request, grant);
    try {
      checkScope(route, grant, paramsSchema.parse(request.params));
    } catch (error) {
      recordFailure(this.options.audit, this.callOf(route, request), error);
      throw error;
    }
  }

  private grantOf(request: FastifyRequest): Grant {
    return this.grants.get(request) ?? nobody;
  }

  private callOf(route: Route, request: FastifyRequest): RecordedCall {
    const { raw, query, body } = request;
    const params = paramsSchema.parse(request.params);
    const address = this.options.clientAddress(raw);
    return { route, address, grant: this.grantOf(request), params, query, body };
  }
}

/** For routes that stream: the handler reads the body, in its own time and of any size. */
function leaveBodiesAlone(scope: FastifyInstance): FastifyInstance {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
  return scope;
}
