import { BlockList, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { HostUrl } from '../../shared/http/sharing.ts';

const nearby = new BlockList();
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // For documentation: no network of the internet has them.
  ['192.0.2.0', 24],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
] as const)
  nearby.addSubnet(net, bits, 'ipv4');
nearby.addSubnet('fc00::', 7, 'ipv6');
nearby.addSubnet('fe80::', 10, 'ipv6');
nearby.addSubnet('2001:db8::', 32, 'ipv6');
nearby.addAddress('::1', 'ipv6');

/**
 * The host's address on each interface but loopback, IPv4 first. Link-local IPv6 is left out: no browser can open it. One
 * that is served but on no interface's list (127.0.0.2, say) comes first.
 */
export function interfaceUrls({
  host,
  port,
  serves,
  interfaces = networkInterfaces(),
}: {
  host: string;
  port: number;
  serves: (address: string) => boolean;
  interfaces?: ReturnType<typeof networkInterfaces>;
}): HostUrl[] {
  const found = Object.entries(interfaces).flatMap(([name, entries = []]) =>
    entries
      .filter(({ internal, address }) => !internal && !/^fe[89ab]/i.test(address))
      .map(({ address }) => place({ name, address, port, serves })),
  );
  const isKnown = ['0.0.0.0', '::', '127.0.0.1', '::1', 'localhost'].includes(host);
  const own = isKnown || found.some(({ address }) => address === host) ? [] : [host];
  const sorted = found.sort((a, b) => a.family.localeCompare(b.family));
  return [...own.map((address) => place({ name: 'other', address, port, serves })), ...sorted];
}

function place({
  name,
  address,
  port,
  serves,
}: {
  name: string;
  address: string;
  port: number;
  serves: (address: string) => boolean;
}): HostUrl {
  const family = isIPv6(address) ? 'IPv6' : 'IPv4';
  return {
    interface: name,
    family,
    address,
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    is_public: !nearby.check(address, family === 'IPv6' ? 'ipv6' : 'ipv4'),
    served: serves(address),
  };
}
