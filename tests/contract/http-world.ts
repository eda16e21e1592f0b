import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Auth, NewToken } from '../../main/auth/contract.ts';
import { createAuth } from '../../main/auth/tokens.ts';
import { createHttpApp } from '../../main/http/http-app.ts';
import { httpServerOptions } from '../../main/http/server-options.ts';
import type { Log } from '../../main/lib/log.ts';
import { createPortPool } from '../../main/network/port-pool.ts';
import type { Servers, ServerView } from '../../main/servers/contract.ts';
import { openSqliteStore, type SqliteStore } from '../../main/store/sqlite-store.ts';
import { createVolumes } from '../../main/volumes/volumes.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { vendorType } from '../../shared/http/route.ts';

export const master = 'lightd_0123456789abcdef';
/** 2030-03-17T17:46:40Z. */
export const startTime = 1_900_000_000_000;

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  json: Record<string, unknown>;
}

export interface Call {
  token?: string | null;
  accept?: string | null;
  /** Content type of the body; null sends none. */
  type?: string | null;
  headers?: Record<string, string>;
  /** Sent as JSON, or as it is if it is a string or a Buffer. */
  body?: unknown;
}

/** A registry of servers in memory, whose next calls can be made to fail. */
export class FakeServers implements Servers {
  async settled(): Promise<void> {}

  readonly views = new Map<string, ServerView>();
  readonly calls: string[] = [];
  failure: Error | null = null;

  create(definition: ServerView['definition']): void {
    this.fail();
    this.views.set(definition.internal_id, {
      definition,
      install_state: 'installing',
      install_error: null,
      state: 'installing',
      container_id: null,
      started_at: null,
      last_exit: null,
    });
  }

  list(): ServerView[] {
    return [...this.views.values()];
  }

  get(id: string): ServerView | null {
    return this.views.get(id) ?? null;
  }

  power(id: string, action: string, by: string): void {
    this.fail();
    this.calls.push(`${action} ${id} by ${by}`);
  }

  async remove(id: string): Promise<void> {
    this.fail();
    if (!this.views.delete(id)) throw new LightdeckError('not_found', 'Container not found');
  }

  private fail(): void {
    if (this.failure) throw this.failure;
  }
}

/** The whole HTTP side on a real socket, over a real store; only the servers are not real. */
export interface World {
  url: string;
  port: number;
  store: SqliteStore;
  auth: Auth;
  servers: FakeServers;
  /** A folder that may be mounted, and everything that was logged. */
  allowed: string;
  logged: string[];
  /** Unix milliseconds; set it to travel. */
  time: number;
  call(method: string, path: string, options?: Call): Promise<Reply>;
  token(more?: Partial<NewToken>): string;
  /** Closes the app alone, the socket stays. */
  closeApp(): Promise<void>;
  close(): Promise<void>;
}

export async function createWorld(options: { uiDir?: string } = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'lightdeck-http-'));
  const allowed = join(folder, 'allowed');
  mkdirSync(allowed);
  const store = openSqliteStore({ path: join(folder, 'lightdeck.db'), log: nullLog([]) });
  const logged: string[] = [];
  const log = nullLog(logged);
  const clock = { time: startTime };
  const now = () => clock.time;
  const auth = createAuth({ store, masterToken: () => master, now, log });
  const servers = new FakeServers();
  const app = createHttpApp({
    version: '9.9.9',
    auth,
    servers,
    ports: createPortPool({ store }),
    volumes: createVolumes({ store, volumesPath: join(folder, 'volumes'), now }),
    allowedMounts: () => [allowed],
    now,
    log,
    uiDir: options.uiDir ?? null,
    checkReplies: true,
  });
  await app.ready();
  const server = createServer(httpServerOptions, app.handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server.address());
  const world: World = {
    url: `http://127.0.0.1:${port}`,
    port,
    store,
    auth,
    servers,
    allowed,
    logged,
    get time() {
      return clock.time;
    },
    set time(ms) {
      clock.time = ms;
    },
    call: (method, path, call) => send(port, method, path, call),
    token: (more) =>
      auth.create({
        ttlMs: 60_000,
        removeOnUse: false,
        label: 'panel',
        scopes: null,
        containers: null,
        ...more,
      }).secret,
    closeApp: () => app.close(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await app.close();
      auth.close();
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function nullLog(lines: string[]): Log {
  const write = (details: object, message: string) => {
    const error = 'err' in details && details.err instanceof Error ? details.err.message : '';
    lines.push(`${message} ${JSON.stringify(details)} ${error}`);
  };
  return { debug: write, info: write, warn: write, error: write };
}

const jsonObject = z.record(z.string(), z.unknown());

function payloadOf(body: unknown): string | Buffer | null {
  if (body === undefined) return null;
  return typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

function send(port: number, method: string, path: string, call: Call = {}): Promise<Reply> {
  const token = call.token === undefined ? master : call.token;
  const accept = call.accept === undefined ? vendorType : call.accept;
  const payload = payloadOf(call.body);
  const headers: Record<string, string> = {
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(accept === null ? {} : { accept }),
    ...(payload === null || call.type === null ? {} : { 'content-type': call.type ?? 'application/json' }),
    ...call.headers,
  };
  // Node sends no length by itself with a DELETE.
  if (payload !== null && !headers['transfer-encoding'])
    headers['content-length'] = String(Buffer.byteLength(payload));
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, method, path, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = String(incoming.headers['content-type']).startsWith('application/json') && text !== '';
        const json = isJson ? jsonObject.parse(JSON.parse(text)) : {};
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}
