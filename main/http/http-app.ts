import type { IncomingMessage, ServerResponse } from 'node:http';
import fastify, { type FastifyInstance } from 'fastify';
import { LightdeckError } from '../../shared/errors.ts';
import { hostHeader, maxBody } from '../../shared/http/route.ts';
import type { Auth } from '../auth/contract.ts';
import type { Log } from '../lib/log.ts';
import type { PortPool } from '../network/port-pool.ts';
import type { Servers } from '../servers/contract.ts';
import type { Volumes } from '../volumes/volumes.ts';
import { answerAnyOrigin } from './any-origin.ts';
import { sendError } from './errors.ts';
import { RouteMounter } from './route-mounter.ts';
import { mountContainers } from './routes/containers.ts';
import { mountPing } from './routes/ping.ts';
import { mountPorts } from './routes/ports.ts';
import { mountTokens } from './routes/tokens.ts';
import { mountVolumes } from './routes/volumes.ts';
import { registerUi, sendPage, wantsPage } from './static-ui.ts';

export interface HttpAppOptions {
  version: string;
  auth: Auth;
  servers: Servers;
  ports: PortPool;
  volumes: Volumes;
  /** A8: asked anew each time, since the configuration can change. */
  allowedMounts: () => string[];
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
  /** Folder of the built interface; null serves none. */
  uiDir: string | null;
  /** True in development and tests. */
  checkReplies: boolean;
}

/** The HTTP side without a server: the daemon listens, and hands requests (not upgrades) to `handler`. */
export interface HttpApp {
  /** Good after `ready`. Never throws. */
  handler(request: IncomingMessage, response: ServerResponse): void;
  ready(): Promise<void>;
  /** Requests under way are answered, new ones get 503. */
  close(): Promise<void>;
}

export function createHttpApp(options: HttpAppOptions): HttpApp {
  const { log } = options;
  const app = fastify({
    logger: false,
    bodyLimit: maxBody,
    routerOptions: { maxParamLength: 256 },
    // Paths that can't be decoded don't come as far as the error handler.
    frameworkErrors: (error, request, reply) => void sendError(reply, request, error, log),
  });
  app.setErrorHandler((error, request, reply) => sendError(reply, request, error, log));
  app.setNotFoundHandler((request, reply) => {
    if (options.uiDir !== null && wantsPage(request)) return sendPage(reply);
    return sendError(reply, request, new LightdeckError('not_found', 'There is nothing here'), log);
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      [hostHeader]: options.version,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
  });
  answerAnyOrigin(app);
  parseBodiesAsJson(app);
  mountRoutes(app, options);
  if (options.uiDir !== null) registerUi(app, options.uiDir);
  return {
    handler: (request, response) => app.routing(request, response),
    ready: async () => {
      await app.ready();
    },
    close: async () => {
      await app.close();
    },
  };
}

function mountRoutes(app: FastifyInstance, options: HttpAppOptions): void {
  const mounter = new RouteMounter({ app, auth: options.auth, checkReplies: options.checkReplies });
  mountPing(mounter, options);
  mountTokens(mounter, options);
  mountVolumes(mounter, options);
  mountPorts(mounter, options);
  mountContainers(mounter, options);
  mounter.refuseOtherMethods();
}

/** Whatever a client calls it: there is no other kind of body, and many forget to name it. */
function parseBodiesAsJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    const text = body.toString();
    if (text.trim() === '') done(null, undefined);
    else parse(request, text, done);
  });
}
