import { errorText } from '../../../shared/error-text.ts';
import { LightdeckError } from '../../../shared/errors.ts';
import type { AdoptReply, UnknownReply, UnknownServer } from '../../../shared/http/unknown.ts';
import type { ContainerInfo, EngineMonitor } from '../../docker/contract.ts';
import type { Log } from '../../lib/log.ts';
import type { Store, StoredServer } from '../../store/contract.ts';
import type { VolumeManager } from '../../volumes/contract.ts';
import { newStoredServer } from '../machine/restore.ts';
import type { DefinitionCopies, DefinitionCopy } from './definition-copies.ts';

export interface UnknownServersOptions {
  registry: {
    readonly copies: DefinitionCopies;
    exists(id: string): boolean;
    adopt(stored: StoredServer): void;
    whenSetUp(id: string): Promise<void>;
  };
  store: Pick<Store, 'ports' | 'transaction'>;
  volumes: Pick<VolumeManager, 'get' | 'unknown' | 'adopt'>;
  monitor: EngineMonitor;
  hostId: string;
  /** The machine's present boot (lib/boot-id.ts). */
  boot: string;
}

type Found = { copy: DefinitionCopy | null; container: ContainerInfo | null };

/**
 * What is there of this host's that its database doesn't know, since it was lost or put back from an older day: servers by their
 * containers' labels and the copies of their definitions, volumes by their files. And the way back for them.
 */
export class UnknownServers {
  private readonly options: UnknownServersOptions;

  constructor(options: UnknownServersOptions) {
    this.options = options;
  }

  /** While no engine answers, only what has a copy is known; `containers` says so. Changes nothing. */
  async list(): Promise<UnknownReply> {
    const { volumes } = this.options;
    const { containers, found } = await this.find();
    const strangers = await volumes.unknown();
    const has = (id: string): boolean =>
      volumes.get(id) !== null || strangers.some((volume) => volume.id === id);
    const servers = [...found].sort(byId).map(([id, one]) => describe(id, one, has));
    return { servers, volumes: strangers, containers };
  }

  /** Says once in the log that there are some, without asking the engine. */
  tell(log: Log): void {
    const { registry } = this.options;
    const servers = registry.copies.ids().filter((id) => !registry.exists(id));
    if (servers.length > 0)
      log.warn(
        { servers: servers.slice(0, 100), count: servers.length },
        "servers are there that the database doesn't know: GET /host/unknown lists them, POST /host/unknown/adopt takes them up again",
      );
  }

  /**
   * Takes them up again: with their definitions, volumes, ports and consoles, as they run or don't. Each on its own: what one lacks is
   * said in `problems`, and the others come. Throws LightdeckError `engine_unreachable`, since nobody knows then what runs.
   */
  async adopt({ servers, volumes }: { servers: string[]; volumes: string[] }): Promise<AdoptReply> {
    const reply: AdoptReply = { servers: [], volumes: [], problems: [] };
    const attempt = async (id: string, done: string[], work: () => Promise<void>): Promise<void> => {
      try {
        await work();
        done.push(id);
      } catch (error) {
        reply.problems.push({ id, problem: errorText(error) });
      }
    };
    for (const id of volumes)
      await attempt(id, reply.volumes, () => this.options.volumes.adopt({ id, known: null }));
    if (servers.length === 0) return reply;
    // Throws the cause if none answers.
    void this.options.monitor.engine;
    const { found } = await this.find();
    for (const id of servers) await attempt(id, reply.servers, () => this.adoptServer(id, found.get(id)));
    return reply;
  }

  private async adoptServer(id: string, found: Found | undefined): Promise<void> {
    const { registry, volumes, boot } = this.options;
    if (!found || registry.exists(id))
      throw new LightdeckError('not_found', `There is no server ${id} that the database doesn't know`);
    const { copy, container } = found;
    if (copy === null) throw new LightdeckError('invalid', noCopy);
    const { definition, volume } = copy;
    if (!volumes.get(definition.volume_id)) await volumes.adopt({ id: definition.volume_id, known: volume });
    this.claimPorts(copy);
    try {
      registry.adopt({
        ...newStoredServer(definition, boot),
        // An install that was under way is not begun again by itself: its script may be at the end of a living world.
        install_state: copy.install_state === 'installed' ? 'installed' : 'failed',
        install_error: copy.install_state === 'installed' ? null : 'the install was not finished',
        ever_started: copy.ever_started || container !== null,
        wanted: container?.running ? 'running' : 'stopped',
        container_id: container?.id ?? null,
        // Whether its pattern was seen is lost: one that runs is taken for ready, or it would be `starting` for ever.
        run: container?.running ? { started_at: container.startedAt ?? 0, ready: true } : null,
      });
    } catch (error) {
      this.options.store.ports.release(id);
      throw error;
    }
    await registry.whenSetUp(id);
  }

  /** All of its ports, or none; those that the pool lost as well come into it again. */
  private claimPorts({ definition }: DefinitionCopy): void {
    const { ports, transaction } = this.options.store;
    const keys = definition.ports.map(({ ip, host_port, protocol }) => ({ ip, port: host_port, protocol }));
    if (keys.length === 0) return;
    transaction(() => {
      // Its record may be there and unreadable.
      ports.release(definition.internal_id);
      for (const key of keys) ports.add({ ...key, used_by: null, reserved: false });
      if (ports.claim(keys, definition.internal_id)) return;
      const list = keys.map(({ ip, port, protocol }) => `${ip}:${port}/${protocol}`).join(', ');
      throw new LightdeckError(
        'conflict',
        `One of its ports (${list}) belongs to another server or is reserved: free that first`,
      );
    });
  }

  private async find(): Promise<{ containers: UnknownReply['containers']; found: Map<string, Found> }> {
    const { registry, monitor, hostId } = this.options;
    const { copies } = registry;
    const found = new Map<string, Found>();
    const isUnknown = (id: string): boolean => !registry.exists(id);
    for (const id of copies.ids().filter(isUnknown)) found.set(id, { copy: copies.get(id), container: null });
    let list: ContainerInfo[];
    try {
      list = await monitor.engine.list(hostId);
    } catch {
      return { containers: 'unknown', found };
    }
    for (const container of list) {
      const id = container.internalId;
      if (id === null || container.role !== 'server' || !isUnknown(id)) continue;
      const before = found.get(id);
      // Of two the one that runs.
      if (!before?.container?.running) found.set(id, { copy: before?.copy ?? null, container });
    }
    return { containers: 'known', found };
  }
}

const byId = ([a]: [string, Found], [b]: [string, Found]): number => (a < b ? -1 : 1);

const noCopy =
  'nothing tells what it is but its container: make a server with this id on its volume, whose container takes the place of this one';

function describe(id: string, { copy, container }: Found, hasVolume: (id: string) => boolean): UnknownServer {
  const volume = copy?.definition.volume_id ?? null;
  const problem =
    copy === null ? noCopy : volume !== null && !hasVolume(volume) ? `its volume ${volume} is gone` : null;
  return {
    internal_id: id,
    name: copy?.definition.name ?? null,
    image: copy?.definition.image ?? null,
    volume_id: volume,
    container_id: container?.id ?? null,
    running: container?.running ?? false,
    adoptable: problem === null,
    problem,
  };
}
