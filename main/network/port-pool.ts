import { LightdeckError } from '../../shared/errors.ts';
import type { NetProtocol, PortBinding } from '../../shared/model/server.ts';
import type { Store, StoredPort } from '../store/contract.ts';

export interface PortKey {
  ip: string;
  port: number;
  protocol: NetProtocol;
}

/** A port as a create request asks for it. Without `ip` any pool entry of that port and protocol will do. */
export interface PortRequest {
  ip: string | null;
  host_port: number;
  container_port: number;
  protocol: NetProtocol;
}

/** The host ports that servers may publish. */
export interface PortPool {
  /** Throws LightdeckError `invalid` when it is there already. */
  add(port: PortKey): StoredPort;
  list(): StoredPort[];
  /**
   * A5: takes all these ports for a server, or none. Throws LightdeckError `invalid` when one is not in the pool, reserved,
   * in use, or overlaps one in use (0.0.0.0 with any IPv4 address, :: with any IPv6 one). Synchronous: of two callers one wins.
   */
  claim(requests: PortRequest[], server: string): PortBinding[];
  release(server: string): void;
  /** Frees what is held by servers that don't exist (the daemon died between a claim and its creation). */
  releaseOrphans(servers: ReadonlySet<string>): void;
}

export function createPortPool({ store }: { store: Store }): PortPool {
  const { ports } = store;
  return {
    add(key) {
      const port = { ...key, ip: canonicalIp(key.ip), used_by: null, reserved: false };
      if (!ports.add(port)) throw new LightdeckError('invalid', 'Port already exists in pool');
      return port;
    },
    list: () => ports.all(),
    claim(requests, server) {
      const bindings = resolve(requests, ports.all(), server);
      const keys = bindings.map(({ ip, host_port, protocol }) => ({ ip, port: host_port, protocol }));
      if (!ports.claim(keys, server)) throw notInPool();
      return bindings;
    },
    release: (server) => ports.release(server),
    releaseOrphans(servers) {
      const holders = new Set(ports.all().flatMap((port) => port.used_by ?? []));
      for (const holder of holders) if (!servers.has(holder)) ports.release(holder);
    },
  };
}

/** One spelling for each address, so that one port can't be two: IPv6 is shortened and in lower case. */
export function canonicalIp(ip: string): string {
  return ip.includes(':') ? new URL(`http://[${ip}]`).hostname.slice(1, -1) : ip;
}

/** Which pool entry each request gets. `pool` is a snapshot that is changed on the way. */
function resolve(requests: PortRequest[], pool: StoredPort[], server: string): PortBinding[] {
  return requests.map((request) => {
    const ip = request.ip === null ? null : canonicalIp(request.ip);
    const candidates = pool
      .filter((port) => port.port === request.host_port && port.protocol === request.protocol)
      .filter((port) => ip === null || port.ip === ip)
      .sort((a, b) => preference(a.ip) - preference(b.ip));
    const free = candidates.find((port) => isFree(port, pool));
    if (!free) throw notInPool();
    free.used_by = server;
    return {
      ip: free.ip,
      host_port: free.port,
      container_port: request.container_port,
      protocol: free.protocol,
    };
  });
}

/** All IPv4 addresses first, then all IPv6 ones, then single ones. */
function preference(ip: string): number {
  if (ip === '0.0.0.0') return 0;
  return ip === '::' ? 1 : 2;
}

function isFree(port: StoredPort, pool: StoredPort[]): boolean {
  return !pool.some((other) => (other.used_by !== null || other.reserved) && overlap(port, other));
}

/** Whether binding one keeps the other from being bound. */
function overlap(a: StoredPort, b: StoredPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  if (a.ip === b.ip) return true;
  const sameFamily = a.ip.includes(':') === b.ip.includes(':');
  return sameFamily && (preference(a.ip) < 2 || preference(b.ip) < 2);
}

/** The published sentence (A5), which clients compare. */
function notInPool(): LightdeckError {
  return new LightdeckError('invalid', 'Invalid port binding: port not in network pool');
}
