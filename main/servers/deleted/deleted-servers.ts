import { randomUUID } from 'node:crypto';
import { errorText } from '../../../shared/error-text.ts';
import { LightdeckError } from '../../../shared/errors.ts';
import type { Log } from '../../lib/log.ts';
import { Scope } from '../../lib/scope.ts';
import type { Store, StoredServer, StoredSftpLogin } from '../../store/contract.ts';
import type { Volumes } from '../../volumes/contract.ts';
import type { HistoryFolders } from '../registry/history-folders.ts';
import type { Keeping } from '../registry/leavings.ts';
import { DeletedTable, type Deletion, deletedSchema, type KeptRecord } from './table.ts';

export interface DeletedServersOptions {
  registry: {
    readonly histories: Pick<HistoryFolders, 'putBack' | 'dropKept' | 'keep'>;
    exists(id: string): boolean;
    /** Whether there is a server of that id that the database doesn't know. */
    isUnknown(id: string): boolean;
    mustFind(id: string): { readonly definition: { volume_id: string } };
    remove(id: string, keeping?: Keeping): Promise<void>;
    adopt(stored: StoredServer | (() => StoredServer)): void;
    whenSetUp(id: string): Promise<void>;
  };
  store: Pick<Store, 'ports' | 'usage' | 'sftpLogins' | 'servers' | 'tables' | 'transaction'>;
  volumes: Pick<Volumes, 'get' | 'remove'>;
  /** What other rooms have of a server and it is to bring back: its schedules, its crash reports. */
  rooms: readonly RoomOfServers[];
  /** Puts an SFTP login back; false if its user name is taken by now. Within a transaction of the store. */
  restoreLogin: (login: StoredSftpLogin) => boolean;
  /** For how long they are kept, asked anew each time; 0: not at all. */
  keepDays: () => number;
  /** The machine's present boot (lib/boot-id.ts). */
  boot: string;
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
}

/** What a room has written down of servers. Its calls come within a transaction of the store. */
export interface RoomOfServers {
  /** Sets all of a server aside under a name that no server has, or gives it back, at `backAt` (Unix ms). */
  rename(server: string, to: string, backAt?: number): void;
  removeOf(server: string): void;
}

/** What becomes of a server that is removed. */
export interface Removing {
  by: string;
  /** False: for good, at once. */
  keep: boolean;
  /** Its files go when its record goes. */
  withVolume: boolean;
}

export interface Undeleted {
  server: string;
  /** Ports that it had and others have by now, or the pool hasn't any more. */
  lostPorts: { ip: string; port: number; protocol: 'tcp' | 'udp' }[];
  login: 'none' | 'restored' | 'taken';
}

const dayMs = 24 * 3600 * 1000;
/** How often it is looked for those whose time is over, in ms. */
const roundMs = 3_600_000;
/** Most that can be had back at the same time; the oldest go first. */
const mostKept = 1000;

/**
 * Servers that were deleted, for as long as they can be had back: record, console, usage, schedules, crash reports and SFTP login are set aside, the volume lies where it
 * lay, ports and id are free. Afterwards what is kept goes for good, the volume only where that was asked for.
 */
export class DeletedServers {
  private readonly options: DeletedServersOptions;
  private readonly table: DeletedTable;
  private readonly scope = new Scope();
  private round: Promise<void> = Promise.resolve();

  constructor(options: DeletedServersOptions) {
    const { store, log } = options;
    this.options = options;
    this.table = new DeletedTable({ tables: store.tables(deletedSchema), log });
    this.scope.interval(() => void this.look(), roundMs);
  }

  /** Newest first; those without a record tell where a volume comes from. */
  list(): Deletion[] {
    return this.table.all();
  }

  /** What `Registry.load` has to know. */
  keptHistories(): { id: string; key: string }[] {
    return this.list()
      .filter(({ record }) => record !== null)
      .map(({ server, deletion }) => ({ id: server, key: deletion }));
  }

  /** When it goes for good, in Unix milliseconds. */
  expiresAt({ deletedAt }: Pick<Deletion, 'deletedAt'>): number {
    return deletedAt + this.options.keepDays() * dayMs;
  }

  /** Removes a server. What is kept of it; null: nothing. Throws as `Registry.remove`, and, with the volume at once, as `Volumes.remove`. */
  async remove(id: string, { by, keep, withVolume }: Removing): Promise<Deletion | null> {
    const { registry, volumes, keepDays, now } = this.options;
    // A moment after its creation at most: who made it by mistake need not try twice.
    await registry.whenSetUp(id);
    const volume = registry.mustFind(id).definition.volume_id;
    if (!keep || keepDays() === 0) {
      await registry.remove(id);
      if (withVolume) await volumes.remove(volume);
      return null;
    }
    const deletion = randomUUID();
    await registry.remove(id, {
      key: deletion,
      write: (server, login) => {
        const { name, image, volume_id } = server.definition;
        const record = { server, login };
        this.options.store.usage.rename(id, keyOf(deletion));
        for (const room of this.options.rooms) room.rename(id, keyOf(deletion));
        this.table.put({
          ...{ deletion, server: id, name, image, volume: volume_id },
          ...{ deletedAt: now(), by, withVolume, record },
        });
      },
    });
    this.dropOldest();
    // Not there: the store can't be written now, and it comes when that works again.
    return this.table.get(deletion);
  }

  /**
   * Brings a server back as it was, stopped: the last one of that id, or a certain deletion. Ports that it can't have are told. Throws
   * `not_found`, and `conflict` (its id is taken, its volume is gone).
   */
  async undelete(id: string, deletion?: string): Promise<Undeleted> {
    const { registry, store } = this.options;
    const found = this.list().find(
      (one) => one.server === id && one.record && (deletion === undefined || one.deletion === deletion),
    );
    if (!found?.record)
      throw new LightdeckError('not_found', `There is no deleted server ${id} that could be had back`);
    const problem = this.problemOf(found);
    if (problem !== null) throw new LightdeckError('conflict', problem);
    const { server, login } = found.record;
    await registry.histories.putBack(id, found.deletion);
    const done: Undeleted = { server: id, lostPorts: [], login: 'none' };
    try {
      registry.adopt(() => {
        const ports = server.definition.ports.filter((binding) => {
          const key = { ip: binding.ip, port: binding.host_port, protocol: binding.protocol };
          const isHad = store.ports.claim([key], id);
          if (!isHad) done.lostPorts.push(key);
          return isHad;
        });
        const definition = { ...server.definition, ports };
        this.table.remove(found.deletion);
        if (login) done.login = this.options.restoreLogin(login) ? 'restored' : 'taken';
        // The meter comes before the record: what the record's removal would take is not there yet.
        store.usage.rename(keyOf(found.deletion), id);
        for (const room of this.options.rooms) room.rename(keyOf(found.deletion), id, this.options.now());
        return this.atRest({ ...server, definition });
      });
    } catch (error) {
      await registry.histories.keep(id, found.deletion).catch(() => {});
      throw error;
    }
    await registry.whenSetUp(id);
    return done;
  }

  /** Why it can't be had back now, in words; null if it can. */
  problemOf({ server, volume, record }: Deletion): string | null {
    const { registry, volumes } = this.options;
    if (!record) return 'The time in which it could be had back is over';
    if (registry.exists(server) || registry.isUnknown(server))
      return `Another server has the id ${server} by now: delete that first, or make a new server with these files`;
    if (!volumes.get(volume)) return `The files of ${server} were deleted, so it can't be had back`;
    return null;
  }

  /** For good: what is kept of it, and its volume if that is wanted (default: as was asked when it was deleted). Throws as `Volumes.remove`. */
  async purge(deletion: string, withVolume?: boolean): Promise<void> {
    const found = this.table.get(deletion);
    if (!found) throw new LightdeckError('not_found', 'There is no such deleted server');
    await this.end(found, withVolume ?? found.withVolume);
  }

  /** Ends those whose time is over, and clears away what a crash left. Never rejects. */
  look(): Promise<void> {
    this.round = this.round.then(() => this.lookThrough());
    return this.round;
  }

  async close(): Promise<void> {
    this.scope.close();
    await this.round;
  }

  private async lookThrough(): Promise<void> {
    const { volumes, now, log } = this.options;
    for (const one of this.list()) {
      if (this.scope.isClosed) return;
      try {
        if (one.record && this.expiresAt(one) <= now()) await this.end(one, one.withVolume);
        else if (!one.record && !volumes.get(one.volume)) this.table.remove(one.deletion);
      } catch (error) {
        // The next look tries again.
        log.warn({ server: one.server, error: errorText(error) }, 'a deleted server could not be ended');
      }
    }
  }

  /** The volume first: whatever ends the host in between, the row that knows of it is still there. */
  private async end(one: Deletion, withVolume: boolean): Promise<void> {
    const { store, volumes, registry } = this.options;
    const isShared = (): boolean =>
      store.servers.all().some(({ definition }) => definition.volume_id === one.volume) ||
      this.list().some(
        (other) => other.deletion !== one.deletion && other.record && other.volume === one.volume,
      );
    if (withVolume && volumes.get(one.volume) && !isShared()) await volumes.remove(one.volume);
    store.transaction(() => {
      store.usage.remove(keyOf(one.deletion));
      for (const room of this.options.rooms) room.removeOf(keyOf(one.deletion));
      if (volumes.get(one.volume)) this.table.put({ ...one, record: null });
      else this.table.remove(one.deletion);
    });
    await registry.histories.dropKept(one.server, one.deletion);
  }

  private dropOldest(): void {
    const kept = this.list().filter(({ record }) => record !== null);
    for (const one of kept.slice(mostKept))
      void this.end(one, false).catch((error: unknown) =>
        this.options.log.warn({ error: errorText(error) }, 'a deleted server could not be ended'),
      );
  }

  /** Stopped, without a container: what it had is gone. */
  private atRest(server: KeptRecord['server']): StoredServer {
    const wasInstalling = server.install_state === 'installing';
    return {
      ...server,
      ...(wasInstalling && { install_state: 'failed', install_error: 'the install was not finished' }),
      wanted: 'stopped',
      container_id: null,
      run: null,
      made_with: null,
      boot: this.options.boot,
    };
  }
}

/** No server's id has a colon. */
const keyOf = (deletion: string): string => `deleted:${deletion}`;
