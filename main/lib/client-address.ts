import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddr from '@fastify/proxy-addr';
import { plainAddress } from './address.ts';

/** The address a request comes from, as `plainAddress` gives it; '' if its connection is gone. */
export type ClientAddress = (request: IncomingMessage) => string;

/** Without proxies: whoever is connected. */
export const directAddress: ClientAddress = (request) => plainAddress(request.socket.remoteAddress);

/** Whether this is an address or a network (`10.0.0.0/8`) that `clientAddress` can trust. */
export function isNetwork(text: string): boolean {
  const [address = '', bits = '0', ...more] = text.split('/');
  if (isIP(address) === 0 || !/^\d{1,3}$/.test(bits) || more.length > 0) return false;
  try {
    proxyAddr.compile([text]);
    return true;
  } catch {
    return false;
  }
}

/**
 * Behind proxies that are trusted (addresses and networks): the last address in `X-Forwarded-For` that isn't one of them. What anybody
 * else says there counts for nothing, nor does what is no address: then it is the proxy that is told.
 */
export function clientAddress(trusted: readonly string[]): ClientAddress {
  if (trusted.length === 0) return directAddress;
  const trust = proxyAddr.compile([...trusted]);
  return (request) => {
    const direct = directAddress(request);
    if (direct === '') return '';
    // From the connection on, as far as each is trusted.
    const way = proxyAddr.all(request, (address, index) => isIP(address) !== 0 && trust(address, index));
    return plainAddress(way.findLast((address) => isIP(address) !== 0) ?? direct);
  };
}

/** Whether the peer with this address is such a proxy. */
export function trustedPeers(trusted: readonly string[]): (address: string | undefined) => boolean {
  if (trusted.length === 0) return () => false;
  const trust = proxyAddr.compile([...trusted]);
  return (address) => address !== undefined && isIP(address) !== 0 && trust(address, 0);
}
