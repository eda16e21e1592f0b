/** One spelling for each address, so that one port can't be two: IPv6 is shortened and in lower case, a mapped IPv4 address is IPv4. */
export function canonicalIp(ip: string): string {
  if (!ip.includes(':')) return ip;
  const short = new URL(`http://[${ip}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (!mapped) return short;
  const [high, low] = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

export const isIpv6 = (ip: string): boolean => ip.includes(':');

/** All addresses of its family. */
export const isAny = (ip: string): boolean => ip === '0.0.0.0' || ip === '::';

/** Whether both addresses take in a common one, each family for itself (published IPv6 ports are IPv6 alone). */
export function overlap(a: string, b: string): boolean {
  if (a === b) return true;
  return isIpv6(a) === isIpv6(b) && (isAny(a) || isAny(b));
}
