import type { FastifyInstance } from 'fastify';

/**
 * CORS for everybody. A browser never adds our token by itself (it is no cookie), so a page of another origin can do
 * nothing that its owner couldn't do without a browser; and a panel's page on another host has to be able to talk to us.
 */
export function answerAnyOrigin(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'access-control-allow-origin': '*',
      'access-control-expose-headers':
        'x-lightdeck, x-lightdeck-start, retry-after, allow, accept-ranges, content-disposition, content-length, content-range, etag, last-modified',
    });
    if (request.method !== 'OPTIONS') return;
    return reply
      .code(204)
      .headers({
        'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
        'access-control-allow-headers':
          'Authorization, Accept, Content-Type, Idempotency-Attempt, Idempotency-Host, Idempotency-Key, If-Modified-Since, If-None-Match, If-Range, Range',
        'access-control-max-age': '600',
      })
      .send();
  });
}
