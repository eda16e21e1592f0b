import { basename, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pagePolicy } from '../../shared/page-policy.ts';

/** What is no page connects nowhere. */
const policy = pagePolicy([]);
/** A name or address with its port, as it stands in a `Host` header and can stand in a policy. */
const hostHeader = /^[a-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/i;

/** Under whatever name the host was reached, sockets go there and nowhere else: a script that crept in could send nothing away. */
function policyFor(host: string | undefined): string {
  return host !== undefined && hostHeader.test(host) ? pagePolicy([`ws://${host}`, `wss://${host}`]) : policy;
}

/** Serves the built interface under `/`. Names in `assets` carry a hash, so they can be kept for good; the page can't. */
export function registerUi(app: FastifyInstance, uiDir: string): void {
  app.addHook('onSend', async (request, reply) => {
    if (!String(reply.getHeader('content-type')).startsWith('text/html')) return;
    reply.headers({
      'content-security-policy': policyFor(request.headers.host),
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    });
  });
  app.register(fastifyStatic, {
    root: uiDir,
    dotfiles: 'ignore',
    cacheControl: false,
    // Made at build time, where it pays (vite.config.ts).
    preCompressed: true,
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
