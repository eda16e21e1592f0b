import { randomInt } from 'node:crypto';
import { LightdeckError } from '../../shared/errors.ts';
import type { PortBinding } from '../../shared/model/server.ts';
import type { Store, StoredPort } from '../store/contract.ts';
import { DeferredWrite } from '../store/deferred-write.ts';
import type { StoreHealth } from '../store/health.ts';
import { checkPort } from './check-port.ts';
import {
  type BulkDeletion,
  type Holders,
  type Occupancy,
  type PortCheck,
  type PortKey,
  type PortName,
  type PortPool,
  type PortRequest,
  type PortState,
  portWords,
} from './contract.ts';
import { canonicalIp } from './host-ip.ts';
import { groupByNumber, stateOf, states } from './port-state.ts';
import { candidates, notInPool, resolvePorts } from './resolve-ports.ts';

export interface PortPoolOptions {
  store: Store;
  occupancy: Occupancy;
  health?: StoreHealth | undefined;
}

/** Most entries of the pool: every port of one address and protocol. More are refused. */
const maxEntries = 65_536;

const nobody: Holders = new Map();

export function createPortPool(options: PortPoolOptions): PortPool {
  return new StoredPortPool(options);
}

class StoredPortPool implements PortPool {
  private readonly store: Store;
  private readonly occupancy: Occupancy;
  /** Servers that gave their ports back while the store took no writes: no more than there were servers. */
  private readonly unreleased = new Set<string>();
  private readonly releasing: DeferredWrite;

  constructor({ store, occupancy, health }: PortPoolOptions) {
    this.store = store;
    this.occupancy = occupancy;
    this.releasing = new DeferredWrite({ what: 'ports', write: () => this.writeReleases(), health });
  }

  add(key: PortKey): StoredPort {
    const { ip } = this.addRange({ ...key, endPort: key.port });
    return { ...key, ip, used_by: null, reserved: false };
  }

  addRange({ ip, port, endPort, protocol }: PortKey & { endPort: number }): {
    ip: string;
    added: number;
    existing: number;
  } {
    const { ports } = this.store;
    const wanted = endPort - port + 1;
    const row = { ip: canonicalIp(ip), protocol, used_by: null, reserved: false };
    return this.store.transaction(() => {
      let added = 0;
      for (let number = port; number <= endPort; number += 1)
        added += ports.add({ ...row, port: number }) ? 1 : 0;
      if (added === 0) throw new LightdeckError('invalid', 'Port already exists in pool');
      if (ports.count() > maxEntries) {
        throw new LightdeckError('invalid', `The pool is full: it holds ${maxEntries} ports at most`);
      }
      return { ip: row.ip, added, existing: wanted - added };
    });
  }

  async list(): Promise<PortState[]> {
    const held = await this.foreign(this.store.ports.all());
    // Read again: while the machine was asked, a server may have taken or left some.
    return states(this.store.ports.all(), held);
  }

  async get(name: PortName): Promise<PortState> {
    const { entry, near } = this.find(name);
    return stateOf(entry, near, await this.foreign(near));
  }

  async random(protocol: PortKey['protocol'] | null): Promise<PortState> {
    const fits = (port: PortState): boolean =>
      !port.inUse && (protocol === null || port.protocol === protocol);
    const free = (await this.list()).filter(fits);
    const one = free.length > 0 ? free[randomInt(free.length)] : undefined;
    if (!one) throw new LightdeckError('not_found', 'No available ports in pool');
    return one;
  }

  check(key: PortKey, server: string | null): Promise<PortCheck> {
    return checkPort(key, server, {
      near: (port) => this.near(port),
      holders: (ports) => this.occupancy.holders(ports),
    });
  }

  async setInUse(name: PortName, inUse: boolean): Promise<PortState> {
    const held = await this.foreign(this.find(name).near);
    const { entry, near } = this.find(name);
    // Reservations don't count here, or two that overlap could never be cleared.
    const unreserved = near.map((port) => ({ ...port, reserved: false }));
    const { heldBy, used_by } = stateOf(entry, unreserved, held);
    if (!inUse && (used_by !== null || heldBy !== null)) throw inUseBy(entry, used_by, heldBy);
    if (used_by === null) this.store.ports.reserve(entry, inUse);
    return this.get(entry);
  }

  async remove(name: PortName): Promise<void> {
    const held = await this.foreign(this.find(name).near);
    const { entry, near } = this.find(name);
    const { inUse, used_by, heldBy } = stateOf(entry, near, held);
    if (inUse) throw inUseBy(entry, used_by, heldBy);
    this.store.ports.remove(entry);
  }

  async removeAll(names: PortName[]): Promise<BulkDeletion> {
    const { ports } = this.store;
    const numbers = new Set(names.map(({ port }) => port));
    const read = (): StoredPort[] => ports.all().filter(({ port }) => numbers.has(port));
    const held = await this.foreign(read());
    return this.store.transaction(() => {
      const pool = states(read(), held);
      const byNumber = groupByNumber(pool);
      const result: BulkDeletion = { deleted: 0, skipped: [] };
      for (const name of names) {
        const meant = named(name, byNumber.get(name.port) ?? []);
        if (meant.length === 0) result.skipped.push({ ...name, reason: 'not_found' });
        for (const { ip, port, protocol, inUse } of meant) {
          if (inUse) result.skipped.push({ ip, port, protocol, reason: 'in_use' });
          // False for one that is in the list twice.
          else if (ports.remove({ ip, port, protocol })) result.deleted += 1;
        }
      }
      return result;
    });
  }

  holders(requests: readonly PortRequest[]): Promise<Holders> {
    const pool = this.around(requests);
    return this.foreign(requests.flatMap((request) => candidates(request, pool)));
  }

  claim(requests: readonly PortRequest[], server: string, held = nobody): PortBinding[] {
    return this.take(requests, server, { held, ownAreFree: false });
  }

  reclaim(requests: readonly PortRequest[], server: string, held = nobody): PortBinding[] {
    return this.take(requests, server, { held, ownAreFree: true });
  }

  private take(
    requests: readonly PortRequest[],
    server: string,
    rules: { held: Holders; ownAreFree: boolean },
  ): PortBinding[] {
    // Else the release that waits would take what a new server of that id gets.
    if (this.unreleased.has(server)) this.writeReleases();
    const got = resolvePorts({ requests, pool: this.around(requests), server, ...rules });
    const more = got.flatMap(({ entry }) => (entry.used_by === server ? [] : [entry]));
    if (!this.store.ports.claim(more, server)) throw notInPool();
    return got.map(({ binding }) => binding);
  }

  keepOnly(server: string, bindings: readonly PortBinding[]): void {
    const kept = new Set(bindings.map((binding) => portWords({ ...binding, port: binding.host_port })));
    this.store.transaction(() => {
      for (const port of this.store.ports.heldBy(server)) {
        if (!kept.has(portWords(port))) this.store.ports.releaseOne(port, server);
      }
    });
  }

  release(server: string): void {
    this.unreleased.add(server);
    this.releasing.request();
  }

  close(): void {
    this.releasing.close();
  }

  private writeReleases(): void {
    for (const server of this.unreleased) {
      this.store.ports.release(server);
      this.unreleased.delete(server);
    }
  }

  releaseOrphans(servers: ReadonlySet<string>): void {
    const { ports } = this.store;
    const holders = new Set(ports.all().flatMap((port) => port.used_by ?? []));
    for (const holder of holders) if (!servers.has(holder)) this.release(holder);
  }

  /** Who has what none of our servers has. */
  private foreign(ports: readonly StoredPort[]): Promise<Holders> {
    return this.occupancy.holders(ports.filter(({ used_by }) => used_by === null));
  }

  private near(port: number): StoredPort[] {
    return this.store.ports.at(port);
  }

  /** All entries with one of the wanted numbers. */
  private around(requests: readonly PortRequest[]): StoredPort[] {
    const numbers = new Set(requests.map(({ host_port }) => host_port));
    return [...numbers].flatMap((number) => this.near(number));
  }

  private find(name: PortName): { entry: StoredPort; near: StoredPort[] } {
    const near = this.near(name.port);
    const [entry, other] = named(name, near);
    if (!entry) throw new LightdeckError('not_found', 'Port not found in pool');
    if (other) {
      throw new LightdeckError(
        'invalid',
        'protocol: is required, since the pool has this port as tcp and as udp',
      );
    }
    return { entry, near };
  }
}

/** The entries that are meant: two, if no protocol is named and both are there. */
function named<P extends StoredPort>({ ip, port, protocol }: PortName, pool: readonly P[]): P[] {
  const wanted = canonicalIp(ip);
  return pool.filter(
    (one) => one.ip === wanted && one.port === port && (protocol === null || one.protocol === protocol),
  );
}

function inUseBy(port: PortKey, usedBy: string | null, heldBy: string | null): LightdeckError {
  const who = usedBy === null ? heldBy : `the server ${usedBy}`;
  const why = who === null ? 'is reserved: set its in_use to false first' : `is in use by ${who}`;
  return new LightdeckError('conflict', `Port ${portWords(port)} ${why}`);
}
