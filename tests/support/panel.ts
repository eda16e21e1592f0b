import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { OnEnd } from './cleanup.ts';

export interface PanelRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** PEM texts. */
export interface PanelTls {
  key: string;
  cert: string;
}

/** How the panel takes a request: an HTTP status, or by hand. */
export type Behaviour = number | ((request: IncomingMessage, response: ServerResponse) => void);

/** A small panel on a real socket, that records what it is told and can be told how to behave. */
export class TestPanel {
  readonly requests: PanelRequest[] = [];
  /** For updates; health is always answered by `health`. */
  update: Behaviour = 200;
  health: Behaviour = 200;
  private readonly tls: PanelTls | null;
  private server: Server | null = null;
  private boundPort = 0;

  constructor(tls: PanelTls | null = null) {
    this.tls = tls;
  }

  get url(): string {
    return `${this.tls ? 'https' : 'http'}://127.0.0.1:${this.boundPort}/api`;
  }

  /** The bodies of the updates that were taken, parsed, in the order of their arrival. */
  readonly taken: unknown[] = [];

  /** The same without what came again at once: a message can, when its answer was lost. */
  get takenOnce(): unknown[] {
    return this.taken.filter(
      (one, n) => n === 0 || JSON.stringify(one) !== JSON.stringify(this.taken[n - 1]),
    );
  }

  /** Listens; after a stop, on the same port. */
  async start(): Promise<void> {
    const listener: RequestListener = (request, response) => this.answer(request, response);
    const server = this.tls ? createTlsServer(this.tls, listener) : createServer(listener);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.boundPort, '127.0.0.1', resolve);
    });
    const address = server.address();
    this.boundPort = typeof address === 'object' && address ? address.port : 0;
    this.server = server;
  }

  /** As if its machine went down. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => {
      body += text;
    });
    request.on('error', () => {});
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      this.requests.push({ method, path, headers, body });
      const behaviour = path.endsWith('/health') ? this.health : this.update;
      if (typeof behaviour !== 'number') {
        behaviour(request, response);
        return;
      }
      if (path.endsWith('/update') && behaviour < 300) this.taken.push(JSON.parse(body));
      response.writeHead(behaviour, { 'content-type': 'application/json' }).end('{}');
    });
  }
}

export async function startPanel(onEnd: OnEnd, tls: PanelTls | null = null): Promise<TestPanel> {
  const panel = new TestPanel(tls);
  onEnd(() => panel.stop());
  await panel.start();
  return panel;
}
