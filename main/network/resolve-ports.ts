import { LightdeckError } from '../../shared/errors.ts';
import type { PortBinding } from '../../shared/model/server.ts';
import type { StoredPort } from '../store/contract.ts';
import { type Holders, type PortRequest, portWords } from './contract.ts';
import { canonicalIp, isAny, isIpv6, overlap } from './host-ip.ts';

/** Another entry of the pool that keeps this one from being given: in use or reserved, and taking in the same address. */
export function blockerOf(port: StoredPort, pool: readonly StoredPort[]): StoredPort | null {
  const blocks = (other: StoredPort): boolean =>
    (other.used_by !== null || other.reserved) &&
    (other.ip !== port.ip || other.protocol !== port.protocol || other.port !== port.port) &&
    overlapping(port, other);
  return pool.find(blocks) ?? null;
}

function overlapping(a: StoredPort, b: StoredPort): boolean {
  return a.port === b.port && a.protocol === b.protocol && overlap(a.ip, b.ip);
}

export interface ResolveOptions {
  requests: readonly PortRequest[];
  /** At least all entries with the wanted port numbers. */
  pool: readonly StoredPort[];
  server: string;
  held: Holders;
  /** Whether what this server holds already may be had again. */
  ownAreFree: boolean;
}

/**
 * A5: which pool entry each request gets. Pure. Throws LightdeckError `invalid`: with the published sentence when one is not
 * in the pool or not free, else naming who really holds it.
 */
export function resolvePorts({
  requests,
  pool,
  server,
  held,
  ownAreFree,
}: ResolveOptions): { entry: StoredPort; binding: PortBinding }[] {
  // What others have; what this server gets is added on the way, so that it can't get one twice.
  const taken = pool.filter(
    ({ used_by, reserved }) => (used_by !== null && !(ownAreFree && used_by === server)) || reserved,
  );
  return requests.map((request) => {
    const free = candidates(request, pool).filter((port) => !taken.some((one) => overlapping(port, one)));
    // Who has bound an address that takes in one of its own is the server itself, on its way to another address.
    const mine = (port: StoredPort): boolean =>
      port.used_by === server ||
      (ownAreFree && pool.some((one) => one.used_by === server && overlapping(one, port)));
    const entry = free.find((port) => mine(port) || !held.has(portWords(port)));
    if (!entry) throw free[0] ? heldBy(free[0], held) : notInPool();
    taken.push(entry);
    const { container_port, protocol } = request;
    return { entry, binding: { ip: entry.ip, host_port: entry.port, container_port, protocol } };
  });
}

/** Entries of that port and protocol, the best first. */
export function candidates(request: PortRequest, pool: readonly StoredPort[]): StoredPort[] {
  const ip = request.ip === null ? null : canonicalIp(request.ip);
  return pool
    .filter((port) => port.port === request.host_port && port.protocol === request.protocol)
    .filter((port) => ip === null || port.ip === ip)
    .sort((a, b) => preference(a.ip) - preference(b.ip));
}

/** All IPv4 addresses first, then all IPv6 ones, then single ones. */
function preference(ip: string): number {
  if (!isAny(ip)) return 2;
  return isIpv6(ip) ? 1 : 0;
}

/** The published sentence (A5), which clients compare. */
export function notInPool(): LightdeckError {
  return new LightdeckError('invalid', 'Invalid port binding: port not in network pool');
}

function heldBy(port: StoredPort, held: Holders): LightdeckError {
  const who = held.get(portWords(port)) ?? 'another program';
  return new LightdeckError(
    'invalid',
    `Invalid port binding: port ${portWords(port)} is held by ${who}; stop that, or choose another port`,
  );
}
