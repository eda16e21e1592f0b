import { LightdeckError } from '../../shared/errors.ts';
import type { PortBinding, ServerDefinition } from '../../shared/model/server.ts';
import type { PortPool, PortRequest, PortState } from '../network/contract.ts';
import type { OperationRun } from '../operations/operations.ts';
import type { Servers } from '../servers/contract.ts';
import type { SnapshotInfo, SnapshotStore } from '../snapshots/contract.ts';
import type { VolumeManager } from '../volumes/contract.ts';
import { mountUse, refuseNested } from '../volumes/mount-guard.ts';
import { checkDataPath, checkMounts, checkReadOnly } from '../volumes/mounts.ts';
import type { BackupMeta } from './meta.ts';
import type { ScratchVolumes } from './scratch-volume.ts';

export interface NewServerRequest {
  internal_id: string;
  name: string;
  /** Null: free ones of the pool, the numbers of before where they are free. */
  ports: PortRequest[] | null;
}

export interface NewServersOptions {
  servers: Pick<Servers, 'get' | 'list'>;
  volumes: Pick<VolumeManager, 'get'>;
  ports: Pick<PortPool, 'list' | 'holders' | 'claim' | 'release'>;
  /** A8: asked anew each time. */
  allowedMounts: () => string[];
  scratch: ScratchVolumes;
  /** Takes it into the registry as installed: its files are there. Throws LightdeckError `conflict` for a taken id. */
  adopt: (definition: ServerDefinition) => void;
  /** Unix milliseconds. */
  now: () => number;
}

/** Backups become servers of their own: the definition of then under another id, other ports, a new volume with the files. */
export class NewServers {
  private readonly options: NewServersOptions;

  constructor(options: NewServersOptions) {
    this.options = options;
  }

  /** Throws LightdeckError: `conflict` (the id is taken, no free ports), `invalid` (its mounts are not allowed here), as the store does; then nothing is left. */
  async make(
    info: SnapshotInfo,
    meta: BackupMeta,
    request: NewServerRequest,
    { store, run }: { store: SnapshotStore; run: OperationRun },
  ): Promise<void> {
    const { ports, scratch, adopt } = this.options;
    const id = request.internal_id;
    this.refuseTaken(id);
    const definition = this.define(meta.definition, request);
    const requests = request.ports ?? choosePorts(definition.ports, await ports.list());
    const held = await ports.holders(requests);
    this.refuseTaken(id);
    // Before the copying, which takes a while: what is lost in between to a crash is given back at the next start.
    const bindings = ports.claim(requests, id, held);
    try {
      const volume = await scratch.fill(info, {
        store,
        quotaMb: meta.quota_mb,
        why: `the server ${id}`,
        run,
      });
      try {
        adopt({ ...definition, ports: bindings, volume_id: volume.id });
      } catch (error) {
        await scratch.drop(volume.id);
        throw error;
      }
      scratch.keep(volume.id);
    } catch (error) {
      ports.release(id);
      throw error;
    }
  }

  private refuseTaken(id: string): void {
    if (this.options.servers.get(id))
      throw new LightdeckError('conflict', `A server with the id ${id} exists already: choose another id`);
  }

  /** The definition of then, with what is checked of every new server (A8): a store may come from anywhere. */
  private define(then: ServerDefinition, { internal_id, name }: NewServerRequest): ServerDefinition {
    const { servers, volumes, allowedMounts, now } = this.options;
    const mount = checkMounts(then.mount, allowedMounts());
    const read_only_mounts = checkReadOnly(then.read_only_mounts, mount);
    checkDataPath(then.data_path, mount);
    const seconds = Math.floor(now() / 1000);
    const definition: ServerDefinition = {
      ...then,
      internal_id,
      name,
      mount,
      read_only_mounts,
      // Two of the same must not begin by themselves where one did.
      auto_start: false,
      created_at: seconds,
      updated_at: seconds,
    };
    refuseNested(
      mountUse({ ...definition, volume_id: '' }, volumes),
      servers.list().map((other) => mountUse(other.definition, volumes)),
    );
    return definition;
  }
}

/**
 * Free ports of the pool for these: the same numbers where they are free, else the next ones above, else the first below. Ports that had one
 * number together have one again. Throws LightdeckError `conflict`. Pure.
 */
export function choosePorts(wanted: readonly PortBinding[], pool: readonly PortState[]): PortRequest[] {
  const free = pool.filter(({ inUse, heldBy, reserved }) => !inUse && heldBy === null && !reserved);
  const numbers = [...new Set(free.map(({ port }) => port))].sort((a, b) => a - b);
  const taken = new Set<number>();
  const chosen = new Map<number, number>();
  for (const before of new Set(wanted.map(({ host_port }) => host_port))) {
    const group = wanted.filter(({ host_port }) => host_port === before);
    const fits = (number: number): boolean =>
      !taken.has(number) &&
      group.every(({ protocol }) => free.some((port) => port.port === number && port.protocol === protocol));
    const number = numbers.find((one) => one >= before && fits(one)) ?? numbers.find(fits);
    if (number === undefined)
      throw new LightdeckError(
        'conflict',
        `The pool has no free port for ${group.map((port) => `${port.container_port}/${port.protocol}`).join(' and ')}: add one to the pool first`,
      );
    taken.add(number);
    chosen.set(before, number);
  }
  return wanted.map(({ container_port, protocol, host_port }) => ({
    ip: null,
    host_port: chosen.get(host_port) ?? host_port,
    container_port,
    protocol,
  }));
}
