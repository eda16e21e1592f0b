import { createSocket } from 'node:dgram';

/** The machine's own addresses on the ways out of it; null where there is none. */
export interface DefaultAddresses {
  IPv4: string | null;
  IPv6: string | null;
}

/** Far away, and reserved for documentation: they are only looked up in the routing table, nothing is ever sent. */
const faraway = { udp4: '198.51.100.1', udp6: '2001:db8:ffff::1' } as const;
/** Any will do. */
const port = 9;

/**
 * The addresses that the default routes leave by, on any system: what a socket gets when it is connected to somewhere far away.
 * Never rejects.
 */
export async function defaultAddresses(): Promise<DefaultAddresses> {
  const [IPv4, IPv6] = await Promise.all([sourceAddress('udp4'), sourceAddress('udp6')]);
  return { IPv4, IPv6 };
}

function sourceAddress(type: 'udp4' | 'udp6'): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket(type);
    const end = (address: string | null): void => {
      socket.close();
      resolve(address);
    };
    socket.once('error', () => end(null));
    socket.once('connect', () => end(socket.address().address));
    socket.connect(port, faraway[type]);
  });
}
