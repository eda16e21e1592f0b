import { LightdeckError } from '../../../shared/errors.ts';
import type { ResourceChanges } from '../../../shared/http/resources.ts';
import type { ServerSummary } from '../../../shared/model/host.ts';
import type { ServerDefinition } from '../../../shared/model/server.ts';
import type { PowerAction } from '../../../shared/protocol/client-events.ts';
import type { Progress } from '../../../shared/protocol/server-events.ts';
import type { Audit } from '../../audit/contract.ts';
import type { LogSearch, Logs, LogsQuery } from '../../console/console-logs.ts';
import { ConsoleOutput } from '../../console/console-output.ts';
import type { ConsoleHistory } from '../../console/contract.ts';
import { openHistory } from '../../console/history.ts';
import type { HistoryFound } from '../../console/search-history.ts';
import type { EngineEvent, EngineMonitor } from '../../docker/contract.ts';
import { Emitter } from '../../lib/emitter.ts';
import type { Log } from '../../lib/log.ts';
import { Scope } from '../../lib/scope.ts';
import type { Occupancy, PortPool } from '../../network/contract.ts';
import type { StatsSampler } from '../../stats/contract.ts';
import type { Store, StoredServer } from '../../store/contract.ts';
import type { Volumes } from '../../volumes/contract.ts';
import { isOutOfSpace } from '../../volumes/volume-usage.ts';
import { sweepNetworks } from '../container/network-sweep.ts';
import { serverNetwork } from '../container/spec.ts';
import type { InstallChanges, Servers, ServerView } from '../contract.ts';
import type { DefinitionChanges } from '../definition/changes.ts';
import type { Rebinding } from '../definition/rebind.ts';
import { newStoredServer } from '../machine/restore.ts';
import { Server } from '../server.ts';
import { Channel } from './channel.ts';
import { HistoryFolders } from './history-folders.ts';
import { StartQueue } from './start-queue.ts';
import { StorageWatch, type WatchedVolume } from './storage-watch.ts';

export interface RegistryOptions {
  monitor: EngineMonitor;
  store: Store;
  sampler: StatsSampler;
  ports: PortPool;
  occupancy: Occupancy;
  volumes: Pick<Volumes, 'ready' | 'usage'>;
  hostId: string;
  /** The machine's present boot (lib/boot-id.ts). */
  boot: string;
  /** Unix milliseconds. */
  now: () => number;
  /** Folder with one folder of console history per server. */
  historyDir: string;
  audit: Audit;
  log: Log;
}

/** The published sentence (http.md, rebind-network). */
const installingWords = 'Cannot rebind network while container is installing';

/** Longest wait of `settled`, in ms. */
const settleMs = 3000;
/** Servers that are started at the same time after the host's start. */
const startWidth = 4;
/** Longest wait of these starts for one server whose truth can't be found out, in ms. */
const startHoldMs = 10_000;

export type RegistryEvent =
  | { type: 'changed'; summary: ServerSummary }
  | { type: 'removed'; id: string }
  /** It told its listeners this (S11), and whoever looks at all servers should know, too. */
  | { type: 'told'; id: string; text: string };

/** All servers of this host: loaded at boot, adopted when the engine answers, told of what happens in the engine. */
export class Registry implements Servers {
  private readonly options: RegistryOptions;
  private readonly scope = new Scope();
  private readonly servers = new Map<string, Server>();
  /** Accepted, but not set up yet (its history is being opened). */
  private readonly creating = new Map<string, StoredServer>();
  private readonly removing = new Set<string>();
  private readonly channels = new Map<string, Channel>();
  private readonly startQueue = new StartQueue({ width: startWidth });
  /** How many servers were set up so far: the next one's place. */
  private count = 0;
  private readonly histories: HistoryFolders;
  private readonly events: Emitter<RegistryEvent>;
  private reconciled: Promise<unknown> = Promise.resolve();
  private engineIsUp = false;
  private engineWasLost = false;

  constructor(options: RegistryOptions) {
    this.options = options;
    const { monitor, sampler, log } = options;
    this.histories = new HistoryFolders(options.historyDir);
    this.events = new Emitter((error) =>
      log.error({ error: String(error) }, 'a listener of the registry failed'),
    );
    this.scope.add(monitor.onEvent((event) => this.onEngineEvent(event)));
    this.scope.add(monitor.onState(({ status }) => this.onEngine(status === 'up')));
    this.scope.add(
      sampler.onSample(({ server, stats }) =>
        this.channels.get(server)?.each((listener) => listener.stats(stats)),
      ),
    );
    this.scope.add(() => this.events.clear());
    const watch = new StorageWatch({
      volumes: () => this.runningVolumes(),
      isFull: (volume) => this.isFull(volume),
      onFull: (id) => {
        const text = this.servers.get(id)?.outOfStorage();
        if (text !== undefined) this.events.emit({ type: 'told', id, text });
      },
    });
    this.scope.add(() => watch.close());
  }

  onEvent(listener: (event: RegistryEvent) => void): () => void {
    return this.events.on(listener);
  }

  /** Loads every server of the store. They are `unknown` until the engine answers. */
  async load(): Promise<void> {
    await this.histories.sweep();
    await Promise.all(this.options.store.servers.all().map((stored) => this.setUp(stored)));
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

  summaries(): ServerSummary[] {
    return [...this.servers.values()].map((server) => server.summary());
  }

  create(definition: ServerDefinition): void {
    const id = definition.internal_id;
    if (this.exists(id)) throw new LightdeckError('conflict', `A server with the id ${id} exists already`);
    // Throws the cause if no engine answers: an install that can't begin is not begun.
    void this.options.monitor.engine;
    const stored = newStoredServer(definition, this.options.boot);
    this.options.store.servers.put(stored);
    this.creating.set(id, stored);
    this.setUp(stored).catch((error) => {
      this.creating.delete(id);
      this.options.log.error({ server: id, error: String(error) }, 'the server could not be set up');
    });
  }

  list(): ServerView[] {
    return [
      ...[...this.creating.values()].map(creatingView),
      ...[...this.servers.values()].map((s) => s.view()),
    ];
  }

  async whenReconciled(): Promise<void> {
    const deadline = Date.now() + settleMs;
    const { monitor } = this.options;
    while (monitor.state.status === 'connecting' && Date.now() < deadline) await pause(20);
    await Promise.race([this.reconciled, pause(deadline - Date.now())]);
  }

  get(id: string): ServerView | null {
    const creating = this.creating.get(id);
    return creating ? creatingView(creating) : (this.servers.get(id)?.view() ?? null);
  }

  power(id: string, action: PowerAction, by: string): void {
    const server = this.mustFind(id);
    if (server.wireState === 'unknown') void this.options.monitor.engine;
    const refused = server.power(action);
    if (refused) throw new LightdeckError('busy', refused);
    this.options.log.info({ server: id, action, by }, 'power action');
  }

  rebind(id: string, rebinding: Rebinding, by: string): void {
    const server = this.mustFind(id, installingWords);
    if (server.wireState === 'installing') throw new LightdeckError('invalid', installingWords);
    if (server.wireState === 'unknown') void this.options.monitor.engine;
    server.rebind(rebinding);
    this.options.log.info({ server: id, by }, 'its ports are changed');
  }

  reinstall(id: string, changes: InstallChanges, by: string): void {
    const server = this.mustFind(id);
    // As for a creation: an install that can't begin is not begun.
    void this.options.monitor.engine;
    server.reinstall(changes);
    this.options.log.info({ server: id, by }, 'it is installed anew');
  }

  change(id: string, changes: DefinitionChanges): string[] {
    return this.mustFind(id).change(changes);
  }

  updateResources(id: string, changes: ResourceChanges): void {
    this.mustFind(id).updateResources(changes);
  }

  searchLogs(id: string, search: LogSearch): Promise<HistoryFound> {
    return this.mustFind(id).searchLogs(search);
  }

  logs(id: string, query: LogsQuery): Promise<Logs> {
    return this.mustFind(id).logs(query);
  }

  async remove(id: string): Promise<void> {
    const server = this.mustFind(id);
    if (this.removing.has(id)) throw new LightdeckError('busy', `The server ${id} is being deleted already`);
    this.removing.add(id);
    try {
      await server.removeContainer();
      await server.close();
      const clearHistory = await this.histories.take(id);
      this.servers.delete(id);
      this.options.store.servers.remove(id);
      await this.removeNetwork(id);
      await clearHistory();
    } finally {
      this.removing.delete(id);
    }
    this.channels.get(id)?.each((listener) => listener.serverChanged());
    this.leave(id);
    this.events.emit({ type: 'removed', id });
  }

  notifyVolume(volumeId: string, progress: Progress): void {
    for (const server of this.servers.values())
      if (server.definition.volume_id === volumeId) server.notifyProgress(progress);
  }

  /** A server takes its network along. What fails is swept later. */
  private async removeNetwork(id: string): Promise<void> {
    const { monitor, hostId, log } = this.options;
    try {
      await monitor.engine.removeNetwork(serverNetwork(id), hostId);
    } catch (error) {
      log.warn({ server: id, error: String(error) }, 'the network of a server could not be removed');
    }
  }

  private async sweep(): Promise<void> {
    const { monitor, hostId, log } = this.options;
    try {
      await sweepNetworks({ engine: monitor.engine, hostId, exists: (id) => this.exists(id) });
    } catch (error) {
      log.warn({ error: String(error) }, 'networks that nobody uses could not be removed');
    }
  }

  /** Detaches from everything; containers go on. Resolves when all histories are on disk. */
  async close(): Promise<void> {
    this.scope.close();
    await Promise.all([...this.servers.values()].map((server) => server.close()));
    this.servers.clear();
  }

  private exists(id: string): boolean {
    return this.servers.has(id) || this.creating.has(id) || this.removing.has(id);
  }

  /** `installing` is the refusal for one that is still being set up, if that isn't just `busy`. */
  private mustFind(id: string, installing?: string): Server {
    const server = this.servers.get(id);
    if (server) return server;
    if (this.creating.has(id) && installing) throw new LightdeckError('invalid', installing);
    if (this.creating.has(id)) throw new LightdeckError('busy', `The server ${id} is still being set up`);
    throw new LightdeckError('not_found', `There is no server ${id}`);
  }

  private async setUp(stored: StoredServer): Promise<void> {
    const id = stored.definition.internal_id;
    const order = this.count;
    this.count += 1;
    const { log } = this.options;
    const onTrouble = (message: string): void => log.error({ server: id }, message);
    const history = await openHistory({ dir: this.histories.of(id), log, onTrouble });
    if (this.scope.isClosed) {
      await history.close();
      return;
    }
    const server = this.makeServer(stored, history, order);
    this.servers.set(id, server);
    this.creating.delete(id);
    this.channel(id).each((listener) => listener.serverChanged());
    this.events.emit({ type: 'changed', summary: server.summary() });
    if (this.engineIsUp) void this.reconcile(server, false);
  }

  private makeServer(stored: StoredServer, history: ConsoleHistory, order: number): Server {
    const { monitor, store, sampler, ports, occupancy, volumes, hostId, boot, now, audit, log } =
      this.options;
    const id = stored.definition.internal_id;
    const channel = this.channel(id);
    const output = new ConsoleOutput({
      history,
      audience: () => channel.audience,
      onError: (error) => log.error({ server: id, error: String(error) }, 'a console listener failed'),
    });
    output.onBatch((batch) => channel.each((listener) => listener.batch(batch)));
    const volumePath = store.volumes.get(stored.definition.volume_id)?.path ?? '';
    const server: Server = new Server(stored, {
      monitor,
      store,
      sampler,
      ports,
      occupancy,
      context: { hostId, volumePath },
      boot,
      startQueue: this.startQueue,
      order,
      now,
      volumeReady: () => volumes.ready(stored.definition.volume_id),
      output,
      channel,
      audit,
      log,
      onChange: () => this.events.emit({ type: 'changed', summary: server.summary() }),
    });
    return server;
  }

  private runningVolumes(): WatchedVolume[] {
    return [...this.servers.values()].flatMap((server) =>
      server.takesInput ? [{ server: server.id, volume: server.definition.volume_id }] : [],
    );
  }

  private async isFull(volume: string): Promise<boolean | null> {
    const usage = await this.options.volumes.usage(volume);
    return usage && isOutOfSpace(usage);
  }

  private onEngineEvent(event: EngineEvent): void {
    if (event.internalId !== null) this.servers.get(event.internalId)?.onEngineEvent(event);
  }

  private onEngine(isUp: boolean): void {
    if (this.engineIsUp === isUp) return;
    this.engineIsUp = isUp;
    if (!isUp) this.engineWasLost = true;
    const all = [...this.servers.values()];
    // Starts begin in order once it is known of every server whether it needs one.
    this.startQueue.hold();
    if (isUp) {
      this.reconciled = Promise.all(all.map((server) => this.reconcile(server, this.engineWasLost)));
      void Promise.race([this.reconciled, pause(startHoldMs)]).then(() => this.reconciledAll());
    } else for (const server of all) server.engineLost();
    if (isUp) this.engineWasLost = false;
  }

  private reconciledAll(): void {
    if (!this.engineIsUp || this.scope.isClosed) return;
    this.startQueue.release();
    void this.sweep();
  }

  private async reconcile(server: Server, engineWasLost: boolean): Promise<void> {
    if (server.wireState === 'installing') server.install();
    else await server.engineBack(engineWasLost);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)).unref());
}

function creatingView(stored: StoredServer): ServerView {
  const { definition, install_state, install_error, container_id, last_exit } = stored;
  return {
    definition,
    install_state,
    install_error,
    state: 'installing',
    container_id,
    started_at: null,
    pending_restart: [],
    last_exit,
  };
}
