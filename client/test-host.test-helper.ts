import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Connection } from '../shared/model/connection.ts';
import {
  ReconnectingSocket,
  type ReconnectingSocketOptions,
  type SocketStatus,
} from './reconnecting-socket.ts';

export interface Asked {
  method: string;
  /** With its query, as it came. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** `body`: a text as it is, anything else as JSON. The connection breaks in the middle of it (`cut`), or says no more (`stay`). */
export interface Answer {
  status: number;
  body?: unknown;
  cut?: boolean;
  stay?: boolean;
}

export const startOfTestHost = 'first';

/** A real server on a port of its own that only notes what comes, and answers as it is told. */
export class TestHost {
  /** What upgrades are answered: a socket (null), a status, or nothing at all. */
  upgrade: null | number | 'nothing' = null;
  answer: (asked: Asked) => Answer | Promise<Answer> = () => ({ status: 404, body: { error: 'Not found' } });
  /** Of each socket that was opened. */
  readonly queries: URLSearchParams[] = [];
  /** All that came by socket. */
  readonly frames: string[] = [];
  readonly asked: Asked[] = [];
  /** Where everybody is sent who asks by HTTP. */
  redirect: string | null = null;
  /** Of each upgrade that was asked for. */
  readonly handshakes: IncomingHttpHeaders[] = [];
  url = '';
  /** Half of an answer has gone out. */
  onHalf: () => void = () => {};
  onSocket: (socket: WebSocket, query: URLSearchParams) => void = () => {};
  private readonly http = createServer((request, response) => {
    void readAll(request).then(async (body) => {
      const asked = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body,
      };
      this.asked.push(asked);
      if (this.redirect) return response.writeHead(307, { location: this.redirect }).end();
      const { status, body: told, cut = false, stay = false } = await this.answer(asked);
      const text = typeof told === 'string' ? told : told === undefined ? '' : JSON.stringify(told);
      response.setHeader('x-lightdeck-start', startOfTestHost);
      if (!cut && !stay) return response.writeHead(status).end(text);
      response.writeHead(status, { 'content-length': text.length + 10 });
      response.write(text, () => (cut ? request.socket.destroy() : this.onHalf()));
    });
  });
  private readonly sockets = new WebSocketServer({ noServer: true });
  private readonly raw = new Set<Duplex>();

  async open(): Promise<this> {
    this.http.on('upgrade', (request, socket, head) => this.upgraded(request, socket, head));
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
    const address = this.http.address();
    this.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    return this;
  }

  get upgrades(): number {
    return this.handshakes.length;
  }

  get openSockets(): number {
    return this.sockets.clients.size;
  }

  drop(code: number, reason = ''): void {
    for (const socket of this.sockets.clients) socket.close(code, reason);
  }

  tell(text: string): void {
    for (const socket of this.sockets.clients) socket.send(text);
  }

  /** From now on nobody reads what comes by the open sockets: they are dead, and nobody knows. */
  deafen(): void {
    for (const socket of this.sockets.clients) socket.pause();
  }

  close(): void {
    for (const socket of this.sockets.clients) socket.terminate();
    for (const socket of this.raw) socket.destroy();
    this.http.closeAllConnections();
    this.http.close();
  }

  private upgraded(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.handshakes.push(request.headers);
    this.raw.add(socket);
    socket.on('close', () => this.raw.delete(socket));
    socket.on('error', () => {});
    if (this.upgrade === 'nothing') return;
    if (this.upgrade !== null) {
      socket.end(`HTTP/1.1 ${this.upgrade} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      return;
    }
    this.sockets.handleUpgrade(request, socket, head, (opened) => {
      const query = new URL(request.url ?? '/', 'http://host').searchParams;
      this.queries.push(query);
      opened.on('message', (data) => this.frames.push(data.toString()));
      this.onSocket(opened, query);
    });
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) text += piece;
  return text;
}

/** Waits for a condition without timers, so that the test may stop the clock. Throws after half a minute. */
export async function soon(check: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!check()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A link to this host with the master token, and all that it told. */
export function linkTo(host: TestHost, options: Partial<ReconnectingSocketOptions> = {}) {
  const statuses: SocketStatus[] = [];
  /** Milliseconds that it meant to wait, of each time that it was offline. */
  const delays: number[] = [];
  const texts: string[] = [];
  const refusals: string[] = [];
  const link = new ReconnectingSocket({
    path: '/ws',
    connection: (): Connection => ({ url: host.url, token: 'lightd_first' }),
    query: () => ({}),
    onText: (text) => texts.push(text),
    onStatus: (status) => {
      statuses.push(status);
      if (status.status === 'offline') delays.push(status.retryAt - Date.now());
    },
    onRefused: (problem) => refusals.push(problem),
    tokenRefusal: () => Promise.resolve(null),
    random: () => 0,
    ...options,
  });
  const is = (status: SocketStatus['status']): Promise<void> =>
    soon(() => statuses.at(-1)?.status === status, `the link to be ${status}`);
  return { link, statuses, delays, texts, refusals, is, close: () => link.close() };
}
