import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { idleMs } from './raw-reply.ts';
import { encodeInSlices } from './slice-json.ts';

/** A JSON answer with a long list in it, as text already: what it was made of can be forgotten while it is sent. */
export class LongReply {
  private readonly parts: readonly Buffer[];

  private constructor(parts: readonly Buffer[]) {
    this.parts = parts;
  }

  static async of(answer: object): Promise<LongReply> {
    return new LongReply(await encodeInSlices(answer));
  }

  send(reply: FastifyReply, status: number): FastifyReply {
    const length = this.parts.reduce((sum, part) => sum + part.length, 0);
    reply.code(status).headers({
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(length),
    });
    // An empty stream keeps the length that was just told.
    if (reply.request.method === 'HEAD') return reply.send(Readable.from([]));
    reply.request.raw.socket.setTimeout(idleMs);
    return reply.send(Readable.from(this.parts, { objectMode: false }));
  }
}
