import { useStore } from 'zustand';
import type { HostInfo, LanAddress } from '../../shared/model/host.ts';
import { remoteEngineHost } from '../../shared/model/is-local-engine.ts';
import type { PortBinding } from '../../shared/model/server.ts';
import { hostStore } from '../state/host-store.ts';

/** An address at which players find a server. `interface` null: the network that it is in isn't known. */
export interface JoinAddress {
  address: string;
  interface: string | null;
  isPublic: boolean;
}

/** What the host tells of where it is, and where its engine is. Null while it has told nothing. */
export type HostPlace = Pick<HostInfo, 'engine' | 'addresses'> | null;

/**
 * All addresses at which others find a port, the best one first: those of the machine in the networks around it that the port is bound
 * to. Where none is known, the name that this page was opened by (`here`) has to do.
 */
export function joinAddresses(port: PortBinding, place: HostPlace, here = pageHost()): JoinAddress[] {
  const remote = place && remoteEngineHost(place.engine);
  const family = anyOf(port.ip);
  const joined = (host: string): string => `${bracketed(host)}:${port.host_port}`;
  if (remote !== null)
    return [{ address: joined(family ? remote : port.ip), interface: null, isPublic: false }];
  const known = place?.addresses ?? [];
  const fitting = known.filter((one) => (family ? one.family === family : one.address === port.ip));
  if (fitting.length === 0)
    return [{ address: joined(family ? here : port.ip), interface: null, isPublic: false }];
  return fitting.map((one) => ({
    address: joined(one.address),
    interface: one.interface,
    isPublic: one.is_public,
  }));
}

/** What a player types to join, from the first published port; null if there is none. */
export function addressOf(ports: readonly PortBinding[], place: HostPlace, here?: string): string | null {
  const [first] = ports;
  return first ? (joinAddresses(first, place, here)[0]?.address ?? null) : null;
}

/** `addressOf` by what the host tells now. */
export const useServerAddress = (ports: readonly PortBinding[]): string | null =>
  useStore(hostStore.store, ({ host }) => addressOf(ports, host));

/** Where others reach something that the host itself listens for on `ip`. */
export function machineAddress(ip: string, place: HostPlace, here = pageHost()): string {
  if (anyOf(ip) === null) return ip;
  return place?.addresses?.[0]?.address ?? here;
}

/** The family that an address takes in as a whole; null for a single address. */
function anyOf(ip: string): LanAddress['family'] | null {
  if (ip === '0.0.0.0') return 'IPv4';
  return ip === '::' ? 'IPv6' : null;
}

const bracketed = (host: string): string =>
  host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;

/** The desktop app's page has no host in its address. */
const pageHost = (): string =>
  window.location.protocol.startsWith('http') ? window.location.hostname : 'localhost';
