import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

export interface RawParts {
  status: 200 | 206 | 304;
  headers: Record<string, string>;
  /** Which bytes of the file; null for no body at all. */
  part: { start: number; length: number } | null;
}

/** As much is read at once, in bytes; two of them are in memory for each download. */
const blockBytes = 256 * 1024;
/** How long a receiver may rest, in ms. */
export const idleMs = 60_000;

/** The answer of a route with `raw: 'reply'`: bytes of an open file, which it closes. */
export class RawReply {
  /** Whose it is, where that isn't the caller of the route. */
  tokenId: string | null = null;
  private readonly file: FileHandle;
  private readonly parts: RawParts;

  constructor(file: FileHandle, parts: RawParts) {
    this.file = file;
    this.parts = parts;
  }

  async send(reply: FastifyReply): Promise<FastifyReply> {
    const { status, headers, part } = this.parts;
    reply.code(status).headers(headers);
    if (part) reply.header('content-length', String(part.length));
    if (!part || part.length === 0 || reply.request.method === 'HEAD') {
      await this.file.close();
      // An empty stream keeps the length that was just told, for HEAD.
      return reply.send(Readable.from([]));
    }
    reply.request.raw.socket.setTimeout(idleMs);
    const stream = Readable.from(blocks(this.file, part), { objectMode: false, highWaterMark: blockBytes });
    // Also when nobody ever reads from it, since the receiver has gone.
    stream.once('close', () => void this.file.close());
    return reply.send(stream);
  }
}

/** Exactly that part; a file that became shorter meanwhile breaks the reply off instead of leaving the receiver waiting. */
async function* blocks(
  file: FileHandle,
  { start, length }: { start: number; length: number },
): AsyncGenerator<Buffer> {
  for (let done = 0; done < length; ) {
    const block = Buffer.allocUnsafeSlow(Math.min(blockBytes, length - done));
    const { bytesRead } = await file.read(block, 0, block.length, start + done);
    if (bytesRead === 0) throw new Error('the file became shorter while it was sent');
    done += bytesRead;
    yield block.subarray(0, bytesRead);
  }
}
