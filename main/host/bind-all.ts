import type { AddressInfo, Server as NetServer } from 'node:net';
import { loopbackAddresses } from '../lib/address.ts';
import { hasCode, systemCode } from '../lib/system-error.ts';

/** Addresses that may be missing on a machine without IPv6: no reason not to start. */
const absent = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);
const portTries = 20;

/** Whether a listener on this host is reached from this machine alone. */
export const isLoopbackHost = (host: string): boolean =>
  addressesOf(host).every((ip) => loopbackAddresses.includes(ip));

/**
 * Binds a server of `create` on each address that `host` means, loopback included, all on one port. Rejects with the system's
 * error (EADDRINUSE, EACCES, EADDRNOTAVAIL, …), bound nowhere.
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
        options.port === 0 && servers.length > 0 && hasCode(error, 'EADDRINUSE') && tries < portTries;
      if (!again) throw error;
    }
  }
}

/** What is listened on for this host, the wanted address first; `['::']` is all of them. */
export function addressesOf(host: string): readonly string[] {
  if (host === 'localhost' || loopbackAddresses.includes(host)) return loopbackAddresses;
  // `::` takes IPv4 too; where there is no IPv6 it is replaced when it fails.
  if (host === '0.0.0.0' || host === '::') return ['::'];
  return [host, ...loopbackAddresses];
}

/** Binds one more server and adds it to `open`; resolves with its port. */
export async function add<S extends NetServer>(
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
    if (address === '::' && absent.has(systemCode(error))) return add(open, '0.0.0.0', port, create);
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
    if (!absent.has(systemCode(error))) throw error;
  }
}

function bind(server: NetServer, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      // From now on only accepting can fail (no file descriptors left, say): the next connection is tried again.
      server.on('error', () => {});
      server.off('error', reject);
      resolve(portOf(server.address()) ?? port);
    });
  });
}

function portOf(address: AddressInfo | string | null): number | null {
  return address !== null && typeof address === 'object' ? address.port : null;
}
