import type { NetProtocol, PortBinding } from '../../shared/model/server.ts';
import type { StoredPort } from '../store/contract.ts';

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

/** Who holds ports that the pool takes for free, in words (`nginx (pid 812)`), by `portWords` of the pool's entry. */
export type Holders = ReadonlyMap<string, string>;

/** What is really bound on this machine. */
export interface Occupancy {
  /** Of these ports those that somebody has bound, or an address that overlaps them. Never rejects: what can't be known is free. */
  holders(ports: readonly PortKey[]): Promise<Holders>;
}

/** A port of the pool with its truth. `heldBy`: who else keeps it from being given, in words; null if nobody does or a server uses it. */
export interface PortState extends StoredPort {
  inUse: boolean;
  heldBy: string | null;
}

/** A port of the pool as it is named by clients: without a protocol where only one of both is there. */
export interface PortName {
  ip: string;
  port: number;
  protocol: NetProtocol | null;
}

/** A port of the machine, in the pool or not. `nextFree`: it or the first free one above it; null if none is near. */
export interface PortCheck extends PortState {
  inPool: boolean;
  nextFree: number | null;
}

/** What became of a list that was to be deleted. */
export interface BulkDeletion {
  deleted: number;
  skipped: (PortName & { reason: 'in_use' | 'not_found' })[];
}

/** The host ports that servers may publish. Failures are LightdeckError. */
export interface PortPool {
  /** Throws `invalid` when it is there already, or the pool is full. */
  add(port: PortKey): StoredPort;
  /** `port` to `endPort`, both included; those that are there already stay as they are. Throws `invalid` when no new one is among them. */
  addRange(range: PortKey & { endPort: number }): { ip: string; added: number; existing: number };
  list(): Promise<PortState[]>;
  /** Throws `not_found`, and `invalid` when the protocol must be named. */
  get(name: PortName): Promise<PortState>;
  /** A free one that nobody has bound, by chance; it is not kept for the caller. Throws `not_found`. */
  random(protocol: NetProtocol | null): Promise<PortState>;
  /** Asks about any port, changing nothing. What `server` holds counts as free. */
  check(port: PortKey, server: string | null): Promise<PortCheck>;
  /** Sets or clears the reservation by hand. Throws `conflict` for declaring free what is in use by something else, and as `get`. */
  setInUse(name: PortName, inUse: boolean): Promise<PortState>;
  /** Throws `conflict` when it is in use, and as `get`. */
  remove(name: PortName): Promise<void>;
  /** Deletes what is free; an entry without protocol means both. */
  removeAll(names: PortName[]): Promise<BulkDeletion>;
  /** Who really holds the pool's entries that these requests could get; to be looked up right before `claim` or `reclaim`. */
  holders(requests: readonly PortRequest[]): Promise<Holders>;
  /**
   * A5: takes all these ports for a server, or none. Throws `invalid` when one is not in the pool, reserved, in use, or
   * overlaps one in use (0.0.0.0 with any IPv4 address, :: with any IPv6 one), or when somebody in `held` has it.
   * Synchronous: of two callers one wins.
   */
  claim(requests: readonly PortRequest[], server: string, held?: Holders): PortBinding[];
  /** Like `claim`, for a server that has ports: what it holds already may be among them, and it keeps all others, too. */
  reclaim(requests: readonly PortRequest[], server: string, held?: Holders): PortBinding[];
  /** Frees what the server holds beyond these. Again: nothing. */
  keepOnly(server: string, bindings: readonly PortBinding[]): void;
  /** At once, or as soon as the store can be written: until then they stay in use. Never throws. */
  release(server: string): void;
  /** Frees what is held by servers that don't exist (the daemon died between a claim and its creation). */
  releaseOrphans(servers: ReadonlySet<string>): void;
  /** A last try to give back what is left. */
  close(): void;
}

/** `25565/tcp on 0.0.0.0`: for messages, and one text for each port. */
export function portWords({ ip, port, protocol }: PortKey): string {
  return `${port}/${protocol} on ${ip}`;
}
