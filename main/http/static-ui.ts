import { basename, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pagePolicy } from '../../shared/page-policy.ts';

/** Under whatever name the host was reached, sockets go there. */
const policy = pagePolicy(['ws:', 'wss:']);

/** Serves the built interface under `/`. Names in `assets` carry a hash, so they can be kept for good; the page can't. */
export function registerUi(app: FastifyInstance, uiDir: string): void {
  app.register(fastifyStatic, {
    root: uiDir,
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders(reply, path) {
      reply.header('content-security-policy', policy);
      const hashed = path.includes(`${sep}assets${sep}`) && basename(path) !== 'index.html';
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}

/** The interface makes its own paths (`/servers/a`): whoever asks for a page that isn't there gets it, and it decides. */
export function wantsPage(request: FastifyRequest): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  return isRead && (request.headers.accept ?? '').includes('text/html');
}

export function sendPage(reply: FastifyReply): FastifyReply {
  return reply.code(200).sendFile('index.html');
}
