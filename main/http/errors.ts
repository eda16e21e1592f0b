import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import type { Log } from '../lib/log.ts';
import { storeFailure } from '../store/store-failure.ts';
import { TooManyCalls } from './heavy-calls.ts';
import { OutsideRange } from './range.ts';

/** Fastify's own errors, and those of its plugins. */
const withStatus = z.object({ statusCode: z.number().int().min(400).max(499), code: z.string().optional() });

/**
 * Answers a failure in the one form, `{"error":"…"}` with the status of its code. What is no LightdeckError is logged and told as
 * `internal error`: its message is for the log alone.
 */
export function sendError(
  reply: FastifyReply,
  request: FastifyRequest,
  error: unknown,
  log: Log,
): FastifyReply {
  // A disk without room is a state of the host, wherever it was met.
  const thrown = storeFailure(error) ?? error;
  if (thrown instanceof LightdeckError) {
    // An engine that is away is a state of the host, told to the caller and logged elsewhere.
    if (thrown.status === 500) log.error({ ...where(request), err: thrown }, 'a request failed');
    if (thrown.status === 401) reply.header('www-authenticate', 'Bearer');
    if (thrown.code === 'rate_limited') {
      const seconds = thrown instanceof TooManyCalls ? thrown.retryAfterSeconds : 60;
      reply.header('retry-after', String(seconds));
    }
    if (thrown instanceof OutsideRange) reply.header('content-range', `bytes */${thrown.size}`);
    return reply.code(thrown.status).send({ error: thrown.message });
  }
  const known = withStatus.safeParse(thrown);
  if (known.success) {
    const { statusCode } = known.data;
    return reply.code(statusCode).send({ error: clientError(statusCode, thrown) });
  }
  log.error({ ...where(request), err: thrown }, 'a request failed in a way that nobody foresaw');
  return reply.code(500).send({ error: 'internal error' });
}

/** The route's pattern, never the URL as it came: a query can carry a token. */
function where(request: FastifyRequest): { method: string; route: string } {
  return { method: request.method, route: request.routeOptions.url ?? '' };
}

function clientError(status: number, thrown: unknown): string {
  if (status === 413) return 'The body is too large: 1 MiB at most';
  const message = thrown instanceof Error ? thrown.message : 'bad request';
  return thrown instanceof SyntaxError ? `The body is not valid JSON: ${message}` : message;
}
