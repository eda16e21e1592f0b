import type { HostUrl } from '../../shared/http/sharing.ts';
import type { LanAddress } from '../../shared/model/host.ts';
import { addressFamily, isPublicAddress } from './lan-addresses.ts';

/** What stands for more than one address, or for this machine alone. */
const general = new Set(['0.0.0.0', '::', '127.0.0.1', '::1', 'localhost']);

/**
 * The host's address on each network of the machine, in their order (`lanAddresses`). One that is served but in no such network
 * (127.0.0.2, say) comes first.
 */
export function interfaceUrls({
  host,
  port,
  serves,
  lan,
}: {
  host: string;
  port: number;
  serves: (address: string) => boolean;
  lan: readonly LanAddress[];
}): HostUrl[] {
  const isKnown = general.has(host) || lan.some(({ address }) => address === host);
  const own: LanAddress[] = isKnown
    ? []
    : [
        {
          interface: 'other',
          family: addressFamily(host),
          address: host,
          is_public: isPublicAddress(host),
        },
      ];
  return [...own, ...lan].map((place) => ({
    ...place,
    url: `http://${place.family === 'IPv6' ? `[${place.address}]` : place.address}:${port}`,
    served: serves(place.address),
  }));
}
