import { BlockList, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { LanAddress } from '../../shared/model/host.ts';
import { type DefaultAddresses, defaultAddresses } from './default-addresses.ts';

const nearby = new BlockList();
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Whoever connects to it connects to the machine itself.
  ['0.0.0.0', 8],
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
nearby.addAddress('::', 'ipv6');

/** Networks that exist on the machine alone: of containers (also other people's), and of virtual machines. Nobody comes from there. */
const innerNetworks =
  /^(docker|br-|veth|virbr|vmnet|vboxnet|vethernet|podman|cni|flannel|cali|lxc|lxd|nerdctl|kube)/i;

/** Link-local IPv6: no browser can open it, and no game. */
const linkLocal = /^fe[89ab]/i;

export const addressFamily = (address: string): LanAddress['family'] => (isIPv6(address) ? 'IPv6' : 'IPv4');

export const isPublicAddress = (address: string): boolean =>
  !nearby.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

export type Interfaces = ReturnType<typeof networkInterfaces>;

/**
 * Where others find this machine: no loopback, no link-local address, no network that is on the machine alone, unless the default
 * route goes there. The default route's address comes first, then its network's others; IPv4 before IPv6.
 */
export function lanAddresses(interfaces: Interfaces, defaults: DefaultAddresses): LanAddress[] {
  const isDefault = (address: string): boolean => address === defaults.IPv4 || address === defaults.IPv6;
  const rank = ({ family, address, interface: name }: LanAddress): number => {
    const isFirst = isDefault(address) ? 0 : interfaces[name]?.some((one) => isDefault(one.address)) ? 1 : 2;
    return (family === 'IPv4' ? 0 : 10) + isFirst;
  };
  return Object.entries(interfaces)
    .flatMap(([name, entries = []]) =>
      entries
        .filter(({ internal, address }) => !internal && !linkLocal.test(address))
        .filter(({ address }) => !innerNetworks.test(name) || isDefault(address))
        .map(({ address }) => ({
          interface: name,
          family: addressFamily(address),
          address,
          is_public: isPublicAddress(address),
        })),
    )
    .sort((a, b) => rank(a) - rank(b));
}

/** The machine's addresses, looked at on demand: networks come and go. */
export class LanAddresses {
  private defaults: DefaultAddresses = { IPv4: null, IPv6: null };

  /** As the machine has them now; which comes first is what the last `look` found. */
  current(): LanAddress[] {
    return lanAddresses(networkInterfaces(), this.defaults);
  }

  /** Looks where the default routes go. Never rejects. */
  async look(): Promise<void> {
    this.defaults = await defaultAddresses();
  }
}
