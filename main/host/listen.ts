import type { IncomingMessage } from 'node:http';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ListenOptions {
  /** The wanted address; loopback is always served too, in both its forms, so that `localhost` works however it resolves. */
  host: string;
  /** 0: a free one, the same on every address. */
  port: number;
  serverOptions: ServerOptions;
  onRequest: RequestListener;
  onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface Listeners {
  port: number;
  /** The address that was asked for last. */
  readonly host: string;
  /** What is listened on, as the system says it. */
  readonly addresses: { ip: string; port: number }[];
  /**
   * Listens on what `host` means instead, on the same port. Connections stay, also those through addresses that aren't
   * served any more: `endOthers` is for them. Rejects as `listen` does, with the old addresses served as before.
   */
  rebind(host: string): Promise<void>;
  /** Whether this local address is still served. */
  serves(localAddress: string | undefined): boolean;
  /** Cuts, after `graceMs`, all connections that came through an address that isn't served any more. */
  endOthers(graceMs: number): void;
  /** Stops listening and ends idle connections at once, busy ones after `graceMs`. Upgraded sockets are their owner's. */
  close(graceMs: number): Promise<void>;
}

const loopback = ['127.0.0.1', '::1'];
/** Addresses that may be missing on a machine without IPv6: no reason not to start. */
const absent = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);
const portTries = 20;

/** Listens on all addresses that `host` means. Rejects with the system's error (EADDRINUSE, EACCES, EADDRNOTAVAIL…), listening nowhere. */
export async function listen(options: ListenOptions): Promise<Listeners> {
  const connections = new Set<Socket>();
  const create = (): Server => {
    const server = createServer(options.serverOptions, options.onRequest);
    server.on('upgrade', options.onUpgrade);
    // Node closes nothing by itself on a malformed request that never became one.
    server.on('clientError', (_error, socket) => socket.destroy());
    server.on('connection', (socket) => {
      // Asked for now, and kept by the socket: a client that sends and resets at once would be nobody when its call is told of.
      if (socket.remoteAddress === undefined) return void socket.destroy();
      connections.add(socket);
      socket.once('close', () => connections.delete(socket));
    });
    return server;
  };
  let { host } = options;
  let { servers, port } = await bindAll({ host, port: options.port, create });
  /** They listen no more, but may have connections. */
  const retired = new Set<Server>();
  const retire = (server: Server): void => {
    retired.add(server);
    server.close(() => retired.delete(server));
  };
  const serves = (address: string | undefined): boolean => isServed(host, address);
  return {
    port,
    get host() {
      return host;
    },
    get addresses() {
      return addressesBound(servers);
    },
    async rebind(next) {
      const [before, after] = [addressesOf(host), addressesOf(next)];
      if (before[0] === '::' || after[0] === '::') {
        if (before[0] === after[0]) return;
        // The wildcard and one address can't be listened on side by side.
        for (const server of servers) retire(server);
        try {
          ({ servers, port } = await bindAll({ host: next, port, create }));
        } catch (error) {
          ({ servers, port } = await bindAll({ host, port, create }));
          throw error;
        }
      } else {
        const added: Server[] = [];
        for (const address of after) if (!before.includes(address)) await add(added, address, port, create);
        const dropped = servers.filter((server) => !after.includes(addressesBound([server])[0]?.ip ?? ''));
        for (const server of dropped) retire(server);
        servers = [...servers.filter((server) => !dropped.includes(server)), ...added];
      }
      host = next;
    },
    serves,
    endOthers(graceMs) {
      const others = [...connections].filter((socket) => !serves(socket.localAddress));
      setTimeout(() => {
        for (const socket of others) socket.destroy();
      }, graceMs).unref();
    },
    close: (graceMs) => closeAll([...servers, ...retired], graceMs),
  };
}

function isServed(host: string, address: string | undefined): boolean {
  const addresses = addressesOf(host);
  const plain = address?.replace(/^::ffff:(?=\d+\.)/i, '') ?? '';
  return addresses[0] === '::' || addresses.includes(plain);
}

/** Whether this address is the machine's own alone. */
export const isLoopbackHost = (host: string): boolean =>
  addressesOf(host).every((ip) => loopback.includes(ip));

/**
 * Binds a server of `create` on each address that `host` means, loopback included, all on one port. Rejects as `listen` does,
 * bound nowhere.
 */
export async function bindAll<S extends NetServer>(options: {
  host: string;
  port: number;
  create: () => S;
}): Promise<{ servers: S[]; port: number }> {
  const { create } = options;
  const [first = '127.0.0.1', ...others] = addressesOf(options.host);
  for (let tries = 1; ; tries += 1) {
    const servers: S[] = [];
    try {
      const port = await add(servers, first, options.port, create);
      for (const address of others) await addIfPresent(servers, address, port, create);
      return { servers, port };
    } catch (error) {
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
      // The free port on the first address may be taken on the second: try another one.
      const again =
        options.port === 0 && servers.length > 0 && codeOf(error) === 'EADDRINUSE' && tries < portTries;
      if (!again) throw error;
    }
  }
}

function addressesOf(host: string): string[] {
  if (host === 'localhost' || loopback.includes(host)) return loopback;
  // `::` takes IPv4 too; where there is no IPv6 it is replaced when it fails.
  if (host === '0.0.0.0' || host === '::') return ['::'];
  return [host, ...loopback];
}

async function add<S extends NetServer>(
  open: S[],
  address: string,
  port: number,
  create: () => S,
): Promise<number> {
  const server = create();
  try {
    const bound = await bind(server, address, port);
    open.push(server);
    return bound;
  } catch (error) {
    if (address === '::' && absent.has(codeOf(error) ?? '')) return add(open, '0.0.0.0', port, create);
    throw error;
  }
}

async function addIfPresent<S extends NetServer>(
  open: S[],
  address: string,
  port: number,
  create: () => S,
): Promise<void> {
  try {
    await add(open, address, port, create);
  } catch (error) {
    if (!absent.has(codeOf(error) ?? '')) throw error;
  }
}

function bind(server: NetServer, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve(portOf(server.address()) ?? port);
    });
  });
}

function portOf(address: AddressInfo | string | null): number | null {
  return address !== null && typeof address === 'object' ? address.port : null;
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

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
