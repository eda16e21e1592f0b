import type { IncomingMessage, ServerResponse } from 'node:http';
import fastify, { type FastifyInstance } from 'fastify';
import { LightdeckError } from '../../shared/errors.ts';
import { hostHeader, maxBody, type Route, startHeader } from '../../shared/http/route.ts';
import type { SystemView } from '../../shared/http/system.ts';
import type { AuditTrail } from '../audit/audit-trail.ts';
import type { Auth } from '../auth/contract.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Feature } from '../feature/contract.ts';
import type { Archives } from '../files/archives/archives.ts';
import type { VolumeFiles } from '../files/contract.ts';
import { type ClientAddress, directAddress } from '../lib/client-address.ts';
import type { Log } from '../lib/log.ts';
import { OneTimeLinks } from '../lib/one-time-links.ts';
import type { PortPool } from '../network/contract.ts';
import type { Servers } from '../servers/contract.ts';
import type { Volumes } from '../volumes/contract.ts';
import { AnsweredCalls } from './answered-calls.ts';
import { answerAnyOrigin } from './cors.ts';
import { sendError } from './errors.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { BodyClock } from './request-timeouts.ts';
import { RouteMounter, type RouteMounterOptions } from './route-mounter.ts';
import { mountArchives } from './routes/archives.ts';
import { mountConsole } from './routes/console.ts';
import { mountContainerChanges } from './routes/container-changes.ts';
import { type ContainerInstallOptions, mountContainerInstall } from './routes/container-install.ts';
import { mountContainerNetwork } from './routes/container-network.ts';
import { mountContainers } from './routes/containers.ts';
import { mountContent } from './routes/content.ts';
import { type DownloadTarget, mountDownloads } from './routes/downloads.ts';
import { mountFiles } from './routes/files.ts';
import { mountOpenApi } from './routes/openapi.ts';
import { mountPing } from './routes/ping.ts';
import { mountPorts } from './routes/ports.ts';
import { mountSessions } from './routes/sessions.ts';
import { mountSettings, type SettingsRoutesOptions } from './routes/settings.ts';
import { mountSftp, type SftpAccess } from './routes/sftp.ts';
import { mountSystem } from './routes/system.ts';
import { mountTokens } from './routes/tokens.ts';
import { mountVolumes } from './routes/volumes.ts';
import { registerUi, sendPage, wantsPage } from './static-ui.ts';

export interface HttpAppOptions {
  version: string;
  auth: Auth;
  audit: AuditTrail;
  configuration: Configuration;
  system: () => Promise<SystemView>;
  /** Their routes come after the host's own. */
  features: readonly Feature[];
  /** How many sockets a token has open. */
  socketsOf: (tokenId: string) => number;
  servers: Servers;
  ports: PortPool;
  volumes: Volumes;
  sftp: SftpAccess & SettingsRoutesOptions['sftp'];
  remoteStatus: SettingsRoutesOptions['remoteStatus'];
  files: VolumeFiles;
  archives: Archives;
  backups: ContainerInstallOptions['backups'];
  operations: ContainerInstallOptions['operations'];
  /** A8: asked anew each time, since the configuration can change. */
  allowedMounts: () => string[];
  /** Default: whoever is connected. */
  clientAddress?: ClientAddress;
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
  /** All that are mounted. */
  readonly routes: readonly Route[];
  /** Good after `ready`. Never throws. */
  handler(request: IncomingMessage, response: ServerResponse): void;
  ready(): Promise<void>;
  /** Requests under way are answered, new ones get 503. */
  close(): Promise<void>;
}

export function createHttpApp(options: HttpAppOptions): HttpApp {
  const { log } = options;
  const bodyClock = new BodyClock();
  const answered = new AnsweredCalls(options.now);
  const app = fastify({
    logger: false,
    bodyLimit: maxBody,
    routerOptions: { maxParamLength: 256 },
    // What comes in is parsed by its zod schema. Fastify would load a compiler of schemas for each direction, for nothing.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
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
      [startHeader]: answered.startId,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
  });
  answerAnyOrigin(app);
  parseBodiesAsJson(app);
  const routes = mountRoutes(app, { bodyClock, answered }, options);
  if (options.uiDir !== null) registerUi(app, options.uiDir);
  return {
    routes,
    handler(request, response) {
      bodyClock.watch(request, response);
      app.routing(request, response);
    },
    ready: async () => {
      await app.ready();
    },
    close: async () => {
      await app.close();
    },
  };
}

/** Instead of Fastify's compilers of schemas: none of our routes gives it one. */
function noSchemas(): never {
  throw new Error('routes have no schemas of Fastify');
}

function mountRoutes(
  app: FastifyInstance,
  parts: Pick<RouteMounterOptions, 'bodyClock' | 'answered'>,
  options: HttpAppOptions,
): readonly Route[] {
  const { auth, audit, checkReplies, clientAddress = directAddress } = options;
  // A hook holds for the routes that come after it.
  refuseOtherMethods(app, () => mounter.routes);
  const mounter = new RouteMounter({ app, auth, audit, checkReplies, clientAddress, ...parts });
  mountPing(mounter, options);
  mountTokens(mounter, options);
  mountSessions(mounter, { ...options, clientAddress });
  mountVolumes(mounter, options);
  mountFiles(mounter, options);
  mountContent(mounter, options);
  const links = new OneTimeLinks<DownloadTarget>(options);
  auth.onRevoked((tokenId) => links.drop(tokenId));
  mountDownloads(mounter, { ...options, links });
  mountArchives(mounter, options);
  mountPorts(mounter, options);
  mountContainers(mounter, options);
  mountContainerNetwork(mounter, options);
  mountContainerInstall(mounter, options);
  mountContainerChanges(mounter, options);
  mountConsole(mounter, options);
  mountSystem(mounter, options);
  mountSettings(mounter, options);
  mountSftp(mounter, options);
  for (const feature of options.features) feature.routes(mounter);
  mountOpenApi(mounter, options);
  return mounter.routes;
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
