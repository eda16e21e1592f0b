/** The addresses of `localhost`, IPv4 first. */
export const loopbackAddresses: readonly string[] = ['127.0.0.1', '::1'];

/**
 * An address as people know it: an IPv4 peer of a listener on `::` (`::ffff:192.0.2.7`) is `192.0.2.7`, all else stays as it
 * is. '' for none, as a socket says that has been closed.
 */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
}

/** Whether the peer with this address is this machine itself. */
export function isLoopback(address: string | undefined): boolean {
  const plain = plainAddress(address);
  return plain === '::1' || /^127\.\d+\.\d+\.\d+$/.test(plain);
}

/**
 * What limits count by: one customer of a network has a whole /64 of IPv6 addresses, so those are one, as their four groups in
 * full (`2001:db8:0:0`). IPv4 addresses stand for themselves.
 */
export function addressGroup(address: string | undefined): string {
  const plain = plainAddress(address);
  if (!plain.includes(':') || isLoopback(plain)) return plain;
  const [head = '', tail] = plain.replace(/%.*$/, '').toLowerCase().split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const missing = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const all = [...first, ...new Array<string>(missing).fill('0'), ...last];
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
