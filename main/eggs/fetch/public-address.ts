import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** IPv4 networks in which nobody of the internet is: of one's own, of this machine, for many at once, or kept for other things. */
const closed4 = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  closed4.addSubnet(net, bits, 'ipv4');

/** Of IPv6 only this part is the internet's, without what stands for other addresses or for nobody. */
const open6 = new BlockList();
open6.addSubnet('2000::', 3, 'ipv6');
const closed6 = new BlockList();
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  closed6.addSubnet(net, bits, 'ipv6');

/** IPv6 addresses that stand for an IPv4 one: as sockets write it, and as networks without IPv4 reach it (NAT64). */
const mapped = new BlockList();
mapped.addSubnet('::ffff:0:0', 96, 'ipv6');
mapped.addSubnet('64:ff9b::', 96, 'ipv6');

/** Whether an address is one of the internet: what else there is, a stranger's link must not make this machine ask. What is no address isn't. */
export function isInternetAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  if (isIPv4(plain)) return !closed4.check(plain, 'ipv4');
  if (!isIPv6(plain)) return false;
  if (mapped.check(plain, 'ipv6')) return isInternetAddress(lastFour(plain));
  return open6.check(plain, 'ipv6') && !closed6.check(plain, 'ipv6');
}

/** The IPv4 address in the last 32 bits of an IPv6 one. */
function lastFour(address: string): string {
  const dotted = /(\d{1,3}(?:\.\d{1,3}){3})$/.exec(address)?.[1];
  if (dotted !== undefined) return dotted;
  // The URL parser writes it in full but for one row of zeros, which is in front of these two groups or in them.
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (tail === '' && !address.includes('::') ? head : tail).split(':');
  const [high, low] = [groups.at(-2) ?? '', groups.at(-1) ?? ''].map(
    (group) => Number.parseInt(group || '0', 16) || 0,
  );
  return [(high ?? 0) >> 8, (high ?? 0) & 255, (low ?? 0) >> 8, (low ?? 0) & 255].join('.');
}
