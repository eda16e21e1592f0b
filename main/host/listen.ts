import type { IncomingMessage } from 'node:http';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { plainAddress } from '../lib/address.ts';
import { Limiter } from '../lib/limiter.ts';
import { Scope } from '../lib/scope.ts';
import { add, addressesOf, bindAll } from './bind-all.ts';
import { ConnectionLimits } from './connection-limits.ts';

export interface ListenOptions {
  /** The wanted address; loopback is always served too, in both its forms, so that `localhost` works however it resolves. */
  host: string;
  /** 0: a free one, the same on every address. */
  port: number;
  serverOptions: ServerOptions;
  /** Peers that stand for many clients. */
  isProxy?: (address: string | undefined) => boolean;
  onRequest: RequestListener;
  onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface Listeners {
  readonly port: number;
  /** The address that was asked for last. */
  readonly host: string;
  /** What is listened on, as the system says it; none after `AddressesLost`, until they are back. */
  readonly addresses: { ip: string; port: number }[];
  /**
   * Listens on what `host` means instead, on the same port. Connections stay, also those through addresses that aren't
   * served any more: `endOthers` is for them. Changes wait for one another. Rejects as `listen` does, with the old addresses served as
   * before; or with `AddressesLost`.
   */
  rebind(host: string): Promise<void>;
  /** Whether this local address is still served. */
  serves(localAddress: string | undefined): boolean;
  /** Cuts, after `graceMs`, all connections that came through an address that isn't served any more. */
  endOthers(graceMs: number): void;
  /** Stops listening and ends idle connections at once, busy ones after `graceMs`. Upgraded sockets are their owner's. */
  close(graceMs: number): Promise<void>;
}

/**
 * Another program took the port while one address was changed for another, so that neither is listened on. `cause` is why the
 * new one could not be had. The old one is tried again each second, and served as soon as the port is free.
 */
export class AddressesLost extends Error {
  constructor(host: string, cause: unknown) {
    super(`The port of ${host} was taken while the address was changed`, { cause });
    this.name = 'AddressesLost';
  }
}

/** Between two tries to get lost addresses back, in ms. */
const retryMs = 1000;

/** Listens on all addresses that `host` means. Rejects with the system's error (EADDRINUSE, EACCES, EADDRNOTAVAIL…), listening nowhere. */
export async function listen(options: ListenOptions): Promise<Listeners> {
  const listeners = new HttpListeners(options);
  await listeners.open();
  return listeners;
}

class HttpListeners implements Listeners {
  port: number;
  host: string;
  private readonly options: ListenOptions;
  private readonly limits: ConnectionLimits;
  private readonly connections = new Set<Socket>();
  /** Those that listen. */
  private servers: Server[] = [];
  /** They listen no more, but may have connections. */
  private readonly retired = new Set<Server>();
  private readonly scope = new Scope();
  /** Changes and tries to get lost addresses back, one at a time. */
  private readonly changes = new Limiter(1);
  private cancelRetry = (): void => {};

  constructor(options: ListenOptions) {
    this.options = options;
    this.limits = new ConnectionLimits(options.isProxy);
    this.port = options.port;
    this.host = options.host;
  }

  async open(): Promise<void> {
    ({ servers: this.servers, port: this.port } = await this.bind(this.host));
  }

  get addresses(): Listeners['addresses'] {
    return addressesBound(this.servers);
  }

  rebind(next: string): Promise<void> {
    return this.changes.run(() => this.change(next));
  }

  readonly serves = (address: string | undefined): boolean => {
    if (this.servers.length === 0) return false;
    const addresses = addressesOf(this.host);
    return addresses[0] === '::' || addresses.includes(plainAddress(address));
  };

  endOthers(graceMs: number): void {
    const others = [...this.connections].filter((socket) => !this.serves(socket.localAddress));
    setTimeout(() => {
      for (const socket of others) socket.destroy();
    }, graceMs).unref();
  }

  close(graceMs: number): Promise<void> {
    this.scope.close();
    return closeAll([...this.servers, ...this.retired], graceMs);
  }

  private async change(next: string): Promise<void> {
    if (this.scope.isClosed) throw new Error('The listeners are closed');
    const [before, after] = [addressesOf(this.host), addressesOf(next)];
    const isLost = this.servers.length === 0;
    // The wildcard and one address can't be listened on side by side.
    if (isLost || (before[0] === '::') !== (after[0] === '::')) await this.replaceAll(next);
    else if (before[0] !== '::') await this.exchange(before, after);
    this.host = next;
  }

  private async replaceAll(next: string): Promise<void> {
    for (const server of this.servers.splice(0)) this.retire(server);
    try {
      await this.serve(next);
    } catch (error) {
      try {
        await this.serve(this.host);
      } catch {
        this.retryLater();
        throw new AddressesLost(this.host, error);
      }
      throw error;
    }
  }

  private async exchange(before: readonly string[], after: readonly string[]): Promise<void> {
    const added: Server[] = [];
    try {
      for (const address of after)
        if (!before.includes(address)) await add(added, address, this.port, this.create);
    } catch (error) {
      for (const server of added) server.close();
      throw error;
    }
    const dropped = this.servers.filter((server) => !after.includes(addressesBound([server])[0]?.ip ?? ''));
    for (const server of dropped) this.retire(server);
    this.servers = [...this.servers.filter((server) => !dropped.includes(server)), ...added];
  }

  private retryLater(): void {
    this.cancelRetry();
    this.cancelRetry = this.scope.timeout(() => this.changes.add(() => this.retry()), retryMs);
  }

  private async retry(): Promise<void> {
    if (this.servers.length > 0 || this.scope.isClosed) return;
    try {
      await this.serve(this.host);
    } catch {
      this.retryLater();
    }
  }

  /** Listens on all that `host` means; a close meanwhile ends that too. */
  private async serve(host: string): Promise<void> {
    const { servers } = await this.bind(host);
    this.servers = servers;
    if (this.scope.isClosed) await closeAll(servers, 0);
  }

  private bind(host: string): Promise<{ servers: Server[]; port: number }> {
    return bindAll({ host, port: this.port, create: this.create });
  }

  private readonly create = (): Server => {
    const server = createServer(this.options.serverOptions, this.options.onRequest);
    server.on('upgrade', (request, socket, head) => {
      this.limits.forget(socket);
      this.options.onUpgrade(request, socket, head);
    });
    // Node closes nothing by itself on a malformed request that never became one.
    server.on('clientError', (_error, socket) => socket.destroy());
    server.on('connection', (socket) => {
      // Asked for now, and kept by the socket: a client that sends and resets at once would be nobody when its call is told of.
      if (socket.remoteAddress === undefined || !this.limits.take(socket)) return void socket.destroy();
      this.connections.add(socket);
      socket.once('close', () => this.connections.delete(socket));
    });
    return server;
  };

  private retire(server: Server): void {
    this.retired.add(server);
    server.close(() => this.retired.delete(server));
  }
}

function addressesBound(servers: Server[]): Listeners['addresses'] {
  return servers.flatMap((server) => {
    const address = server.address();
    return address !== null && typeof address === 'object'
      ? [{ ip: address.address, port: address.port }]
      : [];
  });
}

async function closeAll(servers: Server[], graceMs: number): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeIdleConnections();
          setTimeout(() => server.closeAllConnections(), graceMs).unref();
        }),
    ),
  );
}
