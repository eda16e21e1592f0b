/** A range of IPv4 addresses: the first one as a number, and how many. */
export interface AddressRange {
  first: number;
  size: number;
}

/** Addresses of one server's network: 16, of which its container, an install's and the bridge need three. */
const subnetBits = 28;

/**
 * Where servers' networks lie, in this order: private ranges that neither Docker's own pools (172.17–172.29, 192.168.0–15) nor
 * home networks use as a rule. One of 65,536 addresses holds 4,096 networks.
 */
const blocks = ['10.213.0.0/16', '10.187.0.0/16', '172.30.0.0/16', '192.168.208.0/20'];

/** `10.0.0.0/8` as a range; the address may be any of it. Null for what is no IPv4 range, and for all addresses (a default route). */
export function parseSubnet(text: string): AddressRange | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return null;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((part) => part > 255) || bits > 32 || bits === 0) return null;
  const size = 2 ** (32 - bits);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return { first: address - (address % size), size };
}

/** The first subnet (`10.213.0.16/28`) that shares no address with any of `taken`; null when there is none. */
export function freeSubnet(taken: AddressRange[]): string | null {
  const subnetSize = 2 ** (32 - subnetBits);
  for (const block of blocks.flatMap((text) => parseSubnet(text) ?? [])) {
    const near = taken.filter((range) => overlap(range, block)).sort((a, b) => a.first - b.first);
    let first = block.first;
    for (const range of near) {
      if (range.first >= first + subnetSize) break;
      first = Math.max(first, Math.ceil((range.first + range.size) / subnetSize) * subnetSize);
    }
    if (first + subnetSize <= block.first + block.size) return `${dotted(first)}/${subnetBits}`;
  }
  return null;
}

/** The address that a network's bridge has where nobody chose one: its first. Null for what is no IPv4 range. */
export function firstAddress(subnet: string): string | null {
  const range = parseSubnet(subnet);
  return range && dotted(range.first + 1);
}

function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
