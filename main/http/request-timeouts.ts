import type { IncomingMessage, ServerResponse } from 'node:http';

export interface BodyClockOptions {
  /** From the headers to the end of an ordinary body, in ms: 1 MiB at 35 KB/s. */
  bodyMs?: number;
  /** How long a streamed body or reply may rest, in ms. */
  idleMs?: number;
  /** How long the rest of a body is read and thrown away after it was refused, in ms, so that the sender hears why. */
  lingerMs?: number;
}

const defaults = { bodyMs: 30_000, idleMs: 60_000, lingerMs: 5_000 };

/**
 * Keeps slow senders off (slow-loris): an ordinary body has an end, whoever was refused has a shorter one, and a streamed one
 * lasts as long as bytes keep coming.
 */
export class BodyClock {
  private readonly limits: Required<BodyClockOptions>;
  private readonly timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();
  private readonly responses = new WeakMap<IncomingMessage, ServerResponse>();

  constructor(options: BodyClockOptions = {}) {
    this.limits = { ...defaults, ...options };
  }

  /** For every request, before anything else. */
  watch(request: IncomingMessage, response: ServerResponse): void {
    this.responses.set(request, response);
    this.arm(request, this.limits.bodyMs);
    // The request's own end: a response may end long before the body does.
    request.once('close', () => clearTimeout(this.timers.get(request)));
  }

  /** The request's body is streamed: from now on only rest is bounded. Whoever refuses it after all has the sender cut off soon. */
  lift(request: IncomingMessage): void {
    clearTimeout(this.timers.get(request));
    const { socket } = request;
    socket.setTimeout(this.limits.idleMs);
    // What we do with it may take longer than any rest of the sender's.
    request.once('end', () => socket.setTimeout(0));
    this.responses.get(request)?.once('finish', () => {
      if (!request.complete) this.arm(request, this.limits.lingerMs);
    });
  }

  private arm(request: IncomingMessage, ms: number): void {
    const timer = setTimeout(() => this.cut(request), ms);
    timer.unref();
    this.timers.set(request, timer);
  }

  private cut(request: IncomingMessage): void {
    if (request.complete) return;
    const response = this.responses.get(request);
    if (!response || response.headersSent) {
      request.socket.destroy();
      return;
    }
    response.writeHead(408, { 'content-type': 'application/json; charset=utf-8', connection: 'close' });
    response.end(JSON.stringify({ error: 'The body came too slowly' }), () => request.socket.destroy());
  }
}
