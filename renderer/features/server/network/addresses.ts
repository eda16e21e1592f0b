import type { HostUrl } from '../../../../shared/http/sharing.ts';
import type { PortBinding } from '../../../../shared/model/server.ts';

/** An address of the machine, on one of its networks. */
export type Interface = Pick<HostUrl, 'interface' | 'family' | 'address' | 'is_public'>;

/** An address at which players find a server. `interface` null: the name that this page was opened by, since the host tells no addresses. */
export interface JoinAddress {
  address: string;
  interface: string | null;
  isPublic: boolean;
}

/** Networks that exist on the machine alone: of containers, and of virtual machines. */
const inner = /^(docker|br-|veth|virbr|vmnet|vboxnet|vethernet|podman|cni|flannel|lxc|lxd)/i;

const isInner = ({ interface: name }: Interface): boolean => inner.test(name);

const joined = (ip: string, port: number): string => `${ip.includes(':') ? `[${ip}]` : ip}:${port}`;

/**
 * All addresses at which friends find a port: of those the machine has, the ones that it is bound to. `fallback` is
 * what is said where that is unknown: the host told no addresses, or Docker publishes on another machine.
 */
export function joinAddresses(
  port: PortBinding,
  interfaces: readonly Interface[] | null,
  fallback: string,
): JoinAddress[] {
  const own = interfaces?.find(({ address }) => address === port.ip);
  const name = own?.interface ?? null;
  const single = { address: fallback, interface: name, isPublic: own?.is_public ?? false };
  const family = anyOf(port.ip);
  if (interfaces === null || family === null) return [single];
  const addresses = interfaces
    .filter((one) => one.family === family && !isInner(one))
    .map((one) => ({
      address: joined(one.address, port.host_port),
      interface: one.interface,
      isPublic: one.is_public,
    }));
  return addresses.length === 0 ? [single] : addresses;
}

/** The family that an address takes in as a whole; null for a single address. */
function anyOf(ip: string): Interface['family'] | null {
  if (ip === '0.0.0.0') return 'IPv4';
  return ip === '::' ? 'IPv6' : null;
}
