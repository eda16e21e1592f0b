import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { z } from 'zod';
import { parseFrame } from '../../shared/protocol/parse.ts';
import { hostEventSchema, serverEventSchema } from '../../shared/protocol/server-events.ts';
import { ConsoleText } from './console-text.ts';

interface EventFrame {
  event: string;
}

export interface SocketClose {
  code: number;
  reason: string;
}

export interface SocketTarget {
  /** The host's `http://host:port`. */
  url: string;
  /** Sent as `?token=`; null sends none. */
  token: string | null;
  /** Further query parameters: `duplicate`, `after`. */
  query?: Record<string, string>;
  /** Sent with the upgrade: `authorization`, `origin`. */
  headers?: Record<string, string>;
}

/** The upgrade was answered with an ordinary reply instead: no socket opened. */
export class SocketRefused extends Error {
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(`The upgrade was answered ${status}: ${body}`);
    this.name = 'SocketRefused';
    this.status = status;
    this.body = body;
  }
}

/** A client that records every frame, parsed with the protocol's schemas. A frame that does not parse lands in `badFrames`. */
export class SocketClient<F extends EventFrame> {
  /** All frames in the order received. */
  readonly frames: F[] = [];
  /** Text and problem of each frame that is not in the protocol. Assert that it is empty. */
  readonly badFrames: string[] = [];
  /** The `console` frames put together by offset. */
  readonly console = new ConsoleText();
  /** Resolves when the socket is closed, by whomever. */
  readonly closed: Promise<SocketClose>;
  private readonly socket: WebSocket;
  private readonly schema: z.ZodType<F>;
  private readonly waiters = new Set<() => void>();
  private ended: SocketClose | null = null;

  constructor(socket: WebSocket, schema: z.ZodType<F>) {
    this.socket = socket;
    this.schema = schema;
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.ended = { code, reason: reason.toString() };
        resolve(this.ended);
        this.wake();
      });
    });
    socket.on('error', () => {});
    socket.on('message', (data) => this.receive(data.toString()));
  }

  /** Whether the close has not been seen yet. */
  get isOpen(): boolean {
    return this.ended === null;
  }

  /** For `waitFor`'s `since`: only what comes from now on counts. */
  mark(): number {
    return this.frames.length;
  }

  /** All frames of one kind so far (from `since`). */
  all<E extends F['event']>(event: E, since = 0): Extract<F, { event: E }>[] {
    return this.frames
      .slice(since)
      .filter((frame): frame is Extract<F, { event: E }> => frame.event === event);
  }

  /**
   * The first frame of the kind that matches, also one that was received before (from `since`, default all). Rejects
   * after `timeoutMs` (default 60 s) or when the socket closes before, telling the frames that came instead.
   */
  async waitFor<E extends F['event']>(
    event: E,
    matches: (frame: Extract<F, { event: E }>) => boolean = () => true,
    { since = 0, timeoutMs = 60_000 }: { since?: number; timeoutMs?: number } = {},
  ): Promise<Extract<F, { event: E }>> {
    return this.when(() => this.all(event, since).find(matches), `a matching "${event}" frame`, timeoutMs);
  }

  /** Resolves when the console text so far contains `text` (a string or an expression). */
  async waitForText(text: string | RegExp, timeoutMs = 60_000): Promise<void> {
    const found = (): true | undefined => {
      const all = this.console.text;
      return (typeof text === 'string' ? all.includes(text) : text.test(all)) || undefined;
    };
    await this.when(found, `console text ${String(text)}`, timeoutMs);
  }

  /** An object as JSON, a string or bytes as they are. Resolves when the operating system has it. */
  send(frame: object | string | Buffer): Promise<void> {
    const data = typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame);
    return new Promise((resolve, reject) => {
      this.socket.send(data, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Stops reading: a viewer that hangs. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Drops the connection without a goodbye. */
  terminate(): void {
    this.socket.terminate();
  }

  /** Closes orderly and resolves when that is done; a socket whose other side is silent is dropped after 2 s. */
  async close(): Promise<void> {
    this.socket.resume();
    this.socket.close();
    const force = setTimeout(() => this.socket.terminate(), 2_000);
    await this.closed;
    clearTimeout(force);
  }

  private receive(text: string): void {
    const parsed = parseFrame(this.schema, text);
    if (parsed.ok) {
      this.frames.push(parsed.value);
      this.recordConsole(text);
    } else {
      this.badFrames.push(`${parsed.problem}: ${text.slice(0, 200)}`);
    }
    this.wake();
  }

  private recordConsole(text: string): void {
    const parsed = parseFrame(serverEventSchema, text);
    if (!parsed.ok) return;
    if (parsed.value.event === 'console') this.console.add(parsed.value);
    if (parsed.value.event === 'gap') this.console.addGap(parsed.value);
  }

  private wake(): void {
    for (const waiter of [...this.waiters]) waiter();
  }

  private when<T>(look: () => T | undefined, what: string, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.waiters.delete(check);
        settle();
      };
      const fail = (why: string): void => {
        const last = this.frames.slice(-10).map((frame) => JSON.stringify(frame).slice(0, 200));
        const message = `Waited for ${what}: ${why}. The last frames:\n${[...last, ...this.badFrames.slice(-3)].join('\n')}`;
        finish(() => reject(new Error(message)));
      };
      const check = (): void => {
        const found = look();
        if (found !== undefined) finish(() => resolve(found));
        else if (this.ended) fail(`the socket was closed (${this.ended.code} ${this.ended.reason})`);
      };
      const timer = setTimeout(() => fail(`nothing within ${timeoutMs / 1000} s`), timeoutMs);
      this.waiters.add(check);
      check();
    });
  }
}

export type ServerSocket = SocketClient<z.output<typeof serverEventSchema>>;
export type HostSocket = SocketClient<z.output<typeof hostEventSchema>>;

/** Opens one server's socket. Rejects with SocketRefused when the upgrade is refused. */
export async function connectServer(target: SocketTarget, internalId: string): Promise<ServerSocket> {
  return opened(target, `/ws/${encodeURIComponent(internalId)}`, serverEventSchema);
}

/** Opens the host's socket (H1–H3). Rejects with SocketRefused when the upgrade is refused. */
export async function connectHost(target: SocketTarget): Promise<HostSocket> {
  return opened(target, '/ws', hostEventSchema);
}

async function opened<F extends EventFrame>(
  { url, token, query = {}, headers = {} }: SocketTarget,
  path: string,
  schema: z.ZodType<F>,
): Promise<SocketClient<F>> {
  const address = new URL(path, url.replace(/^http/, 'ws'));
  if (token !== null) address.searchParams.set('token', token);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  const socket = new WebSocket(address, { headers, perMessageDeflate: false, handshakeTimeout: 60_000 });
  const client = new SocketClient(socket, schema);
  const refused = new Promise<never>((_, reject) => {
    socket.once('unexpected-response', (_request, response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => {
        reject(new SocketRefused(response.statusCode ?? 0, body));
        socket.terminate();
      });
    });
  });
  await Promise.race([once(socket, 'open'), refused]);
  return client;
}
