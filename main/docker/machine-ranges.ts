import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { type AddressRange, parseSubnet } from './subnets.ts';

/**
 * IPv4 ranges that this machine reaches: those of its interfaces and, on Linux, of its routes (a VPN's too). What can't be read
 * is left out: the engine still refuses what its own networks use.
 */
export async function machineRanges(): Promise<AddressRange[]> {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const own = addresses.flatMap(({ cidr }) => (cidr === null ? [] : (parseSubnet(cidr) ?? [])));
  const routes = await readFile('/proc/net/route', 'utf8').catch(() => '');
  return [...own, ...routeRanges(routes)];
}

/** The kernel's table: destination and mask are in hexadecimal, lowest byte first. */
export function routeRanges(table: string): AddressRange[] {
  return table.split('\n').flatMap((line) => {
    const [, destination = '', , , , , , mask = ''] = line.split('\t');
    if (!/^[0-9A-F]{8}$/i.test(destination) || !/^[0-9A-F]{8}$/i.test(mask)) return [];
    const bits = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length;
    const parts = destination.match(/../g)?.reverse() ?? [];
    const range = parseSubnet(`${parts.map((part) => Number.parseInt(part, 16)).join('.')}/${bits}`);
    return range === null ? [] : [range];
  });
}
