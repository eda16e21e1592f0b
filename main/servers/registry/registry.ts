import { LightdeckError } from '../../../shared/errors.ts';
import type { ServerSummary } from '../../../shared/model/host.ts';
import type { ServerDefinition } from '../../../shared/model/server.ts';
import type { Audit } from '../../audit/contract.ts';
import { ConsoleOutput } from '../../console/console-output.ts';
import type { ConsoleHistory } from '../../console/contract.ts';
import type { EngineMonitor } from '../../docker/contract.ts';
import type { ConfigFiles } from '../../eggs/config-files.ts';
import { Emitter } from '../../lib/emitter.ts';
import type { UserIds } from '../../lib/host-user.ts';
import { Limiter } from '../../lib/limiter.ts';
import type { Log } from '../../lib/log.ts';
import { Scope } from '../../lib/scope.ts';
import type { Occupancy, PortPool } from '../../network/contract.ts';
import type { StatsSampler } from '../../stats/contract.ts';
import type { Store, StoredServer } from '../../store/contract.ts';
import type { StoreHealth } from '../../store/health.ts';
import { RetriedWrites } from '../../store/retried-writes.ts';
import type { Volumes } from '../../volumes/contract.ts';
import { MountGuard, mountUse } from '../../volumes/mount-guard.ts';
import type { SpecContext } from '../container/spec.ts';
import type { ServerView } from '../contract.ts';
import { newStoredServer } from '../machine/restore.ts';
import { Server } from '../server.ts';
import { creatingView } from '../server-views.ts';
import { Channel } from './channel.ts';
import { DefinitionCopies } from './definition-copies.ts';
import { EngineReconciler } from './engine-reconciler.ts';
import { HistoryFolders } from './history-folders.ts';
import { type Keeping, Leavings } from './leavings.ts';
import { openConsole } from './open-console.ts';
import type { RegistryEvent } from './registry-event.ts';
import { serverOfEvent } from './server-of-event.ts';
import { StorageWatch } from './storage-watch.ts';
import { isVolumeFull } from './volume-fullness.ts';

export interface RegistryOptions {
  monitor: EngineMonitor;
  store: Store;
  /** Says when writes that failed are worth another try. */
  health?: Pick<StoreHealth, 'reportFailure' | 'reportSuccess' | 'onChange'> | undefined;
  sampler: StatsSampler;
  ports: PortPool;
  occupancy: Occupancy;
  volumes: Pick<Volumes, 'ready' | 'usage'>;
  /** A8: asked anew each time, since the configuration can change. */
  allowedMounts: () => string[];
  hostId: string;
  /** The IANA name of the machine's time zone; null where it can't be told. Asked when a container is made. */
  timeZone: () => string | null;
  /** A19: whom the host runs as; null: it may use all files. */
  hostUser: UserIds | null;
  /** The machine's present boot (lib/boot-id.ts). */
  boot: string;
  /** Unix milliseconds. */
  now: () => number;
  /** A19: nobody uses this volume any more: its files become the host's, as far as that can be done. Never rejects. */
  releaseVolume?: ((volumeId: string) => Promise<void>) | undefined;
  /** Empties the trash of a volume until that many bytes are left; whether they are now. Never rejects. */
  makeRoom?: ((volumeId: string, bytes: number) => Promise<boolean>) | undefined;
  configFiles?: ConfigFiles | undefined;
  /** R2; see `SpecContext`. */
  consolePassword?: SpecContext['consolePassword'];
  /** Folder with one folder of console history per server. */
  historyDir: string;
  /** Folder with a copy of each server's definition. */
  copiesDir: string;
  audit: Audit;
  log: Log;
}

/** Servers that are started at the same time after the host's start. */
const startWidth = 4;

/** All servers of this host, from their creation to their removal, and the channels of those who listen to them. */
export class Registry {
  private readonly options: RegistryOptions;
  private readonly scope = new Scope();
  private readonly servers = new Map<string, Server>();
  /** Accepted, but not set up yet (its history is being opened). */
  private readonly creating = new Map<string, StoredServer>();
  /** Settle when they are set up, or can't be. None rejects. */
  private readonly settingUp = new Map<string, Promise<void>>();
  private readonly removing = new Set<string>();
  private readonly channels = new Map<string, Channel>();
  private readonly startQueue = new Limiter(startWidth);
  private readonly writes: RetriedWrites;
  private readonly reconciler: EngineReconciler;
  /** How many servers were set up so far: the next one's place. */
  private count = 0;
  readonly histories: HistoryFolders;
  private readonly leavings: Leavings;
  private readonly mounts: MountGuard;
  readonly copies: DefinitionCopies;
  private readonly events: Emitter<RegistryEvent>;

  constructor(options: RegistryOptions) {
    const { monitor, sampler, log } = options;
    this.copies = new DefinitionCopies({ dir: options.copiesDir, log });
    this.options = { ...options, store: this.copies.watch(options.store) };
    this.writes = new RetriedWrites({ what: 'servers', health: options.health });
    this.histories = new HistoryFolders(options.historyDir);
    this.leavings = new Leavings({ ...options, histories: this.histories });
    this.mounts = new MountGuard({
      allowed: options.allowedMounts,
      others: () => this.views().map(({ definition }) => mountUse(definition, options.store.volumes)),
    });
    this.events = new Emitter((error) =>
      log.error({ error: String(error) }, 'a listener of the registry failed'),
    );
    this.scope.add(monitor.onEvent((event) => serverOfEvent(event, this.servers)?.onEngineEvent(event)));
    this.reconciler = new EngineReconciler({
      ...options,
      startQueue: this.startQueue,
      servers: () => this.servers.values(),
      exists: (id) => this.exists(id),
    });
    this.scope.add(() => this.reconciler.close());
    this.scope.add(
      sampler.onSample(({ server, stats }) =>
        this.channels.get(server)?.each((listener) => listener.stats(stats)),
      ),
    );
    this.scope.add(() => this.events.clear());
    this.watchStorage();
  }

  onEvent(listener: (event: RegistryEvent) => void): () => void {
    return this.events.on(listener);
  }

  /** Loads every server of the store. They are `unknown` until the engine answers. `kept`: deleted ones whose consoles are. */
  async load(kept: readonly { id: string; key: string }[] = []): Promise<void> {
    const onRecord = new Set(
      this.options.store.servers.all().map(({ definition }) => definition.internal_id),
    );
    await this.histories
      .settle(onRecord, kept)
      .then(() => this.histories.sweep())
      .catch((error: unknown) => this.warn(error, 'old consoles could not be cleared away'));
    const { servers, volumes } = this.options.store;
    const all = servers.all();
    // Of hosts that kept no copies yet, or could not write them.
    for (const stored of all) this.copies.keep(stored, volumes.get(stored.definition.volume_id));
    await Promise.all(
      all.map((stored) =>
        // One that can't be set up must not keep the host, and with it all others, from working.
        this.setUp(stored, { isLoaded: true }).catch((error: unknown) =>
          this.options.log.error(
            { server: stored.definition.internal_id, error: String(error) },
            'a server could not be loaded',
          ),
        ),
      ),
    );
  }

  /** The listeners of a server id, whether it exists or not (S4). The caller removes itself with `leave`. */
  channel(id: string): Channel {
    const channel = this.channels.get(id) ?? new Channel();
    this.channels.set(id, channel);
    return channel;
  }

  /** Forgets a channel that nobody uses, so that made-up ids don't pile up. */
  leave(id: string): void {
    if (this.channels.get(id)?.listeners.size === 0 && !this.exists(id)) this.channels.delete(id);
  }

  server(id: string): Server | null {
    return this.servers.get(id) ?? null;
  }

  all(): Server[] {
    return [...this.servers.values()];
  }

  summaries(): ServerSummary[] {
    return this.all().map((server) => server.summary());
  }

  views(): ServerView[] {
    return [
      ...[...this.creating.values()].map((stored) => creatingView(stored, this.options.hostUser)),
      ...this.all().map((server) => server.view()),
    ];
  }

  view(id: string): ServerView | null {
    const creating = this.creating.get(id);
    return creating ? creatingView(creating, this.options.hostUser) : (this.servers.get(id)?.view() ?? null);
  }

  /** See `Servers.whenReconciled`. */
  whenReconciled(): Promise<void> {
    return this.reconciler.whenReconciled();
  }

  /** Throws LightdeckError `not_found`, and `busy` (or `invalid` with that refusal) while it is still being set up. */
  mustFind(id: string, refusalWhileCreating?: string): Server {
    const server = this.servers.get(id);
    if (server) return server;
    if (!this.creating.has(id)) throw new LightdeckError('not_found', `There is no server ${id}`);
    if (refusalWhileCreating) throw new LightdeckError('invalid', refusalWhileCreating);
    throw new LightdeckError('busy', `The server ${id} is still being set up`);
  }

  /** See `Servers.create`. */
  create(definition: ServerDefinition): void {
    const id = definition.internal_id;
    if (this.exists(id)) throw new LightdeckError('conflict', `A server with the id ${id} exists already`);
    if (this.copies.has(id))
      throw new LightdeckError(
        'conflict',
        `A server with the id ${id} is there that the database doesn't know: take it up again (POST /host/unknown/adopt), or choose another id`,
      );
    // Throws the cause if no engine answers: an install that can't begin is not begun.
    void this.options.monitor.engine;
    this.histories.clear(id);
    const stored = newStoredServer(definition, this.options.boot);
    this.options.store.servers.put(stored);
    this.begin(stored);
  }

  /** Takes up one that was there before. `asked` as a function is called in the transaction that puts it on record. Throws LightdeckError `conflict`, and what the store throws. */
  adopt(asked: StoredServer | (() => StoredServer)): void {
    const { store } = this.options;
    let copied: string | null = null;
    try {
      const stored = store.transaction(() => {
        const server = typeof asked === 'function' ? asked() : asked;
        const id = server.definition.internal_id;
        if (this.exists(id))
          throw new LightdeckError('conflict', `A server with the id ${id} exists already`);
        if (!this.copies.has(id)) copied = id;
        store.servers.put(server);
        return server;
      });
      this.begin(stored);
    } catch (error) {
      // What was written beside the database is not undone with it.
      if (copied !== null) this.copies.drop(copied);
      throw error;
    }
  }

  private begin(stored: StoredServer): void {
    const id = stored.definition.internal_id;
    // The removal of an earlier one of that id may not have been written yet.
    this.writes.forget(id);
    this.creating.set(id, stored);
    const ready = this.setUp(stored, { isLoaded: false }).catch((error: unknown) => {
      this.options.log.error({ server: id, error: String(error) }, 'the server could not be set up');
      this.creating.delete(id);
      this.forget(id);
    });
    this.settingUp.set(id, ready);
    void ready.then(() => this.settingUp.delete(id));
  }

  /** Resolves when a server that was created or adopted just now can be asked, or can't be set up. */
  async whenSetUp(id: string): Promise<void> {
    await this.settingUp.get(id);
  }

  /** Whether a server of that id is there that the database doesn't know (A18). */
  isUnknown(id: string): boolean {
    return !this.exists(id) && this.copies.has(id);
  }

  /** See `Servers.remove`. `keeping`: it is kept, and can be taken up again by `adopt`. */
  async remove(id: string, keeping?: Keeping): Promise<void> {
    await this.whenSetUp(id);
    const server = this.mustFind(id);
    if (this.removing.has(id)) throw new LightdeckError('busy', `The server ${id} is being deleted already`);
    this.removing.add(id);
    try {
      await server.removeContainer();
      // From here on it is gone, whatever else fails: what is left is cleared away later.
      await server.close();
      const clearHistory = await this.leavings.takeHistory(id, keeping?.key);
      this.servers.delete(id);
      await this.leavings.removeNetwork(id);
      await this.releaseVolume(server.definition.volume_id);
      await clearHistory();
    } finally {
      this.removing.delete(id);
    }
    const login = this.options.store.sftpLogins.get(id);
    this.forget(id, keeping && (() => keeping.write(server.stored, login)));
  }

  /** Detaches from everything; containers go on. Resolves when all histories are on disk, or can't be. */
  async close(): Promise<void> {
    this.scope.close();
    const closed = this.all().map((server) => server.close());
    for (const result of await Promise.allSettled(closed))
      if (result.status === 'rejected') this.warn(result.reason, 'a server could not be closed in order');
    this.servers.clear();
    this.writes.close();
  }

  /** Its record and its ports go, and all who listen hear of it. */
  private forget(id: string, keep?: () => void): void {
    const { store, ports } = this.options;
    this.writes.write(id, {
      work: () =>
        store.transaction(() => {
          keep?.();
          ports.release(id);
          store.servers.remove(id);
        }),
      onFailed: (error) => this.warn(error, 'the removal of a server can not be written down yet'),
      onDone: () => {},
    });
    this.channels.get(id)?.each((listener) => listener.serverChanged());
    this.leave(id);
    this.events.emit({ type: 'removed', id });
  }

  private async releaseVolume(volumeId: string): Promise<void> {
    const isUsed = this.views().some(({ definition }) => definition.volume_id === volumeId);
    if (!isUsed) await this.options.releaseVolume?.(volumeId);
  }

  exists(id: string): boolean {
    return this.servers.has(id) || this.creating.has(id) || this.removing.has(id);
  }

  private async setUp(stored: StoredServer, { isLoaded }: { isLoaded: boolean }): Promise<void> {
    const id = stored.definition.internal_id;
    const order = this.count;
    this.count += 1;
    const { history, problem } = await openConsole(id, this.histories, this.options.log);
    if (this.scope.isClosed) {
      await history.close();
      return;
    }
    const server = this.makeServer(stored, history, { order, isLoaded });
    this.servers.set(id, server);
    this.creating.delete(id);
    this.channel(id).each((listener) => listener.serverChanged());
    this.events.emit({ type: 'changed', summary: server.summary() });
    if (problem) server.notify(problem);
    this.reconciler.add(server);
  }

  private makeServer(
    stored: StoredServer,
    history: ConsoleHistory,
    place: { order: number; isLoaded: boolean },
  ): Server {
    const { options, startQueue, writes } = this;
    const { store, volumes, hostId, timeZone, hostUser, consolePassword, log } = options;
    const { internal_id: id, volume_id: volume } = stored.definition;
    const path = store.volumes.get(volume)?.path ?? '';
    const channel = this.channel(id);
    const output = new ConsoleOutput({
      history,
      audience: () => channel.listeners.size,
      onError: (error) => log.error({ server: id, error: String(error) }, 'a console listener failed'),
    });
    output.onBatch((batch) => channel.each((listener) => listener.batch(batch)));
    const server: Server = new Server(stored, {
      ...options,
      writes,
      startQueue,
      ...place,
      output,
      channel,
      mounts: this.mounts,
      context: { hostId, timeZone: timeZone(), hostUser, volumePath: path, consolePassword },
      volumeReady: () => volumes.ready(volume),
      onChange: () => this.events.emit({ type: 'changed', summary: server.summary() }),
      onBegin: (run) => this.events.emit({ type: 'began', id, ...run }),
      onRedefine: () => this.events.emit({ type: 'redefined', id }),
      onEnd: (ended) => this.events.emit({ type: 'ended', id, name: server.definition.name, ...ended }),
    });
    return server;
  }

  private watchStorage(): void {
    const watch = new StorageWatch({
      volumes: () =>
        this.all()
          .filter((server) => server.takesInput)
          .map((server) => ({ server: server.id, volume: server.definition.volume_id })),
      isFull: (volume) => isVolumeFull(volume, this.options.volumes, this.options.makeRoom),
      onFull: (id, isFull) => {
        const text = this.servers.get(id)?.outOfStorage(isFull) ?? null;
        if (text !== null) this.events.emit({ type: 'told', id, text });
      },
    });
    this.scope.add(() => watch.close());
  }

  private warn(error: unknown, message: string): void {
    this.options.log.warn({ error: String(error) }, message);
  }
}
