import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { StreamReply } from '../feature/stream-reply.ts';
import { safeHeaders } from './file-reply.ts';
import { idleMs } from './raw-reply.ts';

/** Sends it piece by piece, as fast as it is taken; a receiver that rests too long is let go. */
export function sendStream(answer: StreamReply, reply: FastifyReply): FastifyReply {
  const { 'accept-ranges': _, ...headers } = safeHeaders(answer.fileName);
  reply.code(200).headers(headers);
  if (reply.request.method === 'HEAD') return reply.send(Readable.from([]));
  reply.request.raw.socket.setTimeout(idleMs);
  return reply.send(Readable.from(answer.body(), { objectMode: false }));
}
