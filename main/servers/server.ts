import type { ResourceChanges } from '../../shared/http/resources.ts';
import type { ServerSummary } from '../../shared/model/host.ts';
import { remoteEngineHost } from '../../shared/model/is-local-engine.ts';
import type { PlayerCount } from '../../shared/model/players.ts';
import type { Progress } from '../../shared/model/progress.ts';
import type { ServerDefinition, WireState } from '../../shared/model/server.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import type { Audit } from '../audit/contract.ts';
import { type LogSearch, type Logs, type LogsQuery, readLogs, searchLogs } from '../console/console-logs.ts';
import type { ConsoleOutput } from '../console/console-output.ts';
import type { HistoryFound } from '../console/search-history.ts';
import type { EngineEvent, EngineMonitor } from '../docker/contract.ts';
import type { ConfigFiles } from '../eggs/config-files.ts';
import type { Limiter } from '../lib/limiter.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { Occupancy, PortPool } from '../network/contract.ts';
import type { StatsSampler } from '../stats/contract.ts';
import type { Store, StoredServer } from '../store/contract.ts';
import type { RetriedWrites } from '../store/retried-writes.ts';
import type { MountGuard } from '../volumes/mount-guard.ts';
import { checkAdoptedChanges, refuseAdopted } from './adopted/rules.ts';
import { RemoteInput } from './container/remote-input.ts';
import type { SpecContext } from './container/spec.ts';
import { ContainerSupervisor } from './container/supervisor.ts';
import type { InstallChanges, ServerView, UpdatedResources } from './contract.ts';
import { type DefinitionChanges, waitingFields } from './definition/changes.ts';
import { Installer } from './definition/installer.ts';
import { type Rebinding, rebindServer } from './definition/rebind.ts';
import { reinstallServer } from './definition/reinstall.ts';
import { ResourceUpdater } from './definition/resources.ts';
import { EffectRunner } from './effects.ts';
import { endEntry } from './end-entry.ts';
import type { ServerEnd } from './machine/end.ts';
import type { Channel } from './registry/channel.ts';
import { ServerBroadcaster } from './server-broadcaster.ts';
import { ServerState } from './server-state.ts';
import { nextStartOf, summaryOf, viewOf } from './server-views.ts';

export interface ServerOptions {
  monitor: EngineMonitor;
  store: Store;
  writes: RetriedWrites;
  sampler: StatsSampler;
  ports: PortPool;
  occupancy: Occupancy;
  context: SpecContext;
  volumeReady: () => Promise<void>;
  mounts: MountGuard;
  configFiles?: ConfigFiles | undefined;
  output: ConsoleOutput;
  channel: Channel;
  audit: Audit;
  log: Log;
  /** It was on record before this host began. */
  isLoaded: boolean;
  /** The machine's present boot. */
  boot: string;
  startQueue: Limiter;
  /** Its place among the servers, by creation. */
  order: number;
  /** Unix milliseconds. */
  now: () => number;
  /** Something that the host socket shows has changed. */
  onChange: () => void;
  /** A run begins, and its text from there on. */
  onBegin: (run: { at: number; from: number }) => void;
  /** What was decided about it has changed. */
  onRedefine: () => void;
  /** A run, a start or an install has ended, with the bytes of the console that are its own (`from` null: not known). */
  onEnd: (ended: EndedRun) => void;
}

export interface EndedRun {
  end: ServerEnd;
  console: { from: number | null; to: number };
}

/** After a removal that failed, a restart that was due comes in this time, in ms. */
const resumeMs = 1000;

/** One server: its state, its container, and what can be asked of it. */
export class Server {
  readonly output: ConsoleOutput;
  private readonly options: ServerOptions;
  private readonly scope = new Scope();
  private readonly broadcaster: ServerBroadcaster;
  private readonly state: ServerState;
  private readonly supervisor: ContainerSupervisor;
  private readonly effects: EffectRunner;
  private readonly installer: Installer;
  private readonly resources: ResourceUpdater;
  private readonly remote: RemoteInput;
  /** Where the console's text of the present or last run begins; null for one that began before this host. */
  private runFrom: number | null = null;
  private players: PlayerCount | null = null;
  private isFull = false;

  constructor(stored: StoredServer, options: ServerOptions) {
    this.options = options;
    this.output = options.output;
    this.broadcaster = new ServerBroadcaster(options);
    const notify = (text: string): void => this.broadcaster.notify(text);
    this.remote = new RemoteInput({
      ...options,
      definition: () => this.definition,
      password: () => options.context.consolePassword?.(this.id) ?? '',
      engineHost: () => remoteEngineHost(options.monitor.state),
      notify,
    });
    this.state = new ServerState({
      ...options,
      stored,
      notify,
      onWireState: (data) => this.broadcaster.broadcast({ event: 'event', data }),
      onBegin: () => {
        this.runFrom = this.output.history.end;
        options.onBegin({ at: options.now(), from: this.runFrom });
      },
      onEnd: (end) => this.ended(end),
      onEffect: (effect) => this.effects.perform(effect),
    });
    const { state } = this;
    const progress = (told: Progress): void => this.broadcaster.progress(told);
    this.supervisor = new ContainerSupervisor({ ...options, state, notify, progress });
    const { supervisor } = this;
    this.installer = new Installer({
      ...options,
      state,
      notify,
      progress,
      removeOld: () => supervisor.removeContainer(),
      wasCutShort: options.isLoaded && stored.install_state === 'installing',
    });
    this.effects = new EffectRunner({
      ...options,
      state,
      supervisor,
      notify,
      install: () => this.installer.begin(),
      sendCommand: (command, onFailed) => this.sendCommand(command, onFailed),
    });
    this.resources = new ResourceUpdater({
      engine: () => options.monitor.engine,
      stored: () => this.definition,
      store: (resources) => this.redefine(resources),
      running: () => supervisor.runningContainer(),
      notify,
    });
    this.own();
  }

  private ended(end: ServerEnd): void {
    this.remote.close();
    const { audit, now, onEnd } = this.options;
    audit.record(endEntry(end, { container: this.id, now: now() }));
    onEnd({ end, console: { from: this.runFrom, to: this.output.history.end } });
  }

  /** In the order in which they must end, last first. */
  private own(): void {
    this.scope.add(() => this.state.close());
    this.scope.add(() => this.supervisor.close());
    this.scope.add(() => this.installer.cancel());
    this.scope.add(() => this.effects.close());
    this.scope.add(() => this.remote.close());
    this.scope.add(() => this.broadcaster.close());
  }

  get id(): string {
    return this.state.id;
  }

  get definition(): ServerDefinition {
    return this.state.definition;
  }

  get stored(): StoredServer {
    return this.state.stored;
  }

  get wireState(): WireState {
    return this.state.wireState;
  }

  /** Whether the console takes commands. */
  get takesInput(): boolean {
    const { name } = this.state.current.phase;
    return name === 'starting' || (this.supervisor.hasRun && ['running', 'stopping'].includes(name));
  }

  view(): ServerView {
    return viewOf(this.state.stored, this.state.current, this.options.context.hostUser);
  }

  summary(): ServerSummary {
    const stats = this.options.sampler.last(this.id);
    return {
      ...summaryOf(this.definition, this.state.current, { stats, players: this.players }),
      next_start: nextStartOf(this.state.current, this.effects.restartAt),
      is_full: this.isFull,
    };
  }

  /** Whether the history holds all that is known to have been printed: false while catching up, or while the engine is away. */
  get isCaughtUp(): boolean {
    return this.state.current.phase.name !== 'unknown' && this.supervisor.isCaughtUp;
  }

  /** Its container ran before this host joined it. */
  get mayLackLine(): boolean {
    return this.supervisor.hasAdopted;
  }

  /** Changes the definition; the fields that wait for the next start. Throws what the store throws, and then nothing changed. */
  change(changes: DefinitionChanges): string[] {
    checkAdoptedChanges(this.definition, changes);
    const waiting = waitingFields(this.definition, changes, this.wireState);
    this.redefine(changes);
    return waiting;
  }

  /** See `Servers.updateResources`. */
  updateResources(changes: ResourceChanges): Promise<UpdatedResources> {
    refuseAdopted(this.definition, 'Changing what it may use');
    // Nobody knows whether there is a container to change: throws the cause.
    if (this.wireState === 'unknown') void this.options.monitor.engine;
    return this.resources.request(changes);
  }

  private redefine(changes: Partial<ServerDefinition>): void {
    const updated_at = Math.floor(this.options.now() / 1000);
    this.state.commit({ definition: { ...this.definition, ...changes, updated_at } });
    this.options.onChange();
    this.options.onRedefine();
  }

  logs(query: LogsQuery): Promise<Logs> {
    return readLogs(this.output, query);
  }

  searchLogs(search: LogSearch): Promise<HistoryFound> {
    return searchLogs(this.output, search);
  }

  /** Starts an action; null when it was accepted, else why not (S13). */
  power(action: PowerAction): string | null {
    return this.state.dispatch({ type: 'command', action });
  }

  /** A5. Throws LightdeckError `busy` or `invalid`, or what the store throws, and then nothing was changed. */
  rebind(rebinding: Rebinding): void {
    refuseAdopted(this.definition, 'Changing its ports');
    const { store, ports } = this.options;
    const notify = (text: string): void => this.broadcaster.notify(text);
    rebindServer({ state: this.state, store, ports, notify }, rebinding);
    this.options.onChange();
    this.options.onRedefine();
  }

  /** A6. Throws LightdeckError `busy`, or what the store throws, and then nothing was changed. */
  reinstall(changes: InstallChanges): void {
    refuseAdopted(this.definition, 'Installing it anew');
    reinstallServer(this.state, changes);
    this.options.onRedefine();
  }

  /** Standard input, byte for byte (S12), or the remote console (R1); null when it was taken, else why not. `onFailed`: it could not be sent after all. */
  sendCommand(command: string, onFailed?: () => void): string | null {
    if (this.wireState === 'unknown') return this.sendUnknown(command);
    if (!this.takesInput) return "the command was not sent: the server isn't running";
    if (this.definition.console !== null) return this.remote.send(command, onFailed);
    return this.supervisor.send(Buffer.from(command));
  }

  /** Whether it runs is only being found out, or can't be. */
  private sendUnknown(command: string): string | null {
    if (this.options.monitor.state.status !== 'up')
      return "the command was not sent: the engine doesn't answer, so it isn't known whether the server runs";
    if (this.definition.console !== null)
      return 'the command was not sent: whether the server runs is only being found out; try again in a moment';
    return this.supervisor.send(Buffer.from(command));
  }

  /** S11: whether its volume has hardly any room left. Gives what it tells of that; null: nothing. */
  outOfStorage(isFull: boolean): string | null {
    if (this.isFull === isFull) return null;
    this.isFull = isFull;
    this.options.onChange();
    if (!isFull) return null;
    const text = 'System out of storage';
    this.broadcaster.notify(text);
    return text;
  }

  /** S11. */
  notify(text: string): void {
    this.broadcaster.notify(text);
  }

  /** P2: how many play; null: nobody knows. */
  showPlayers(count: PlayerCount | null): void {
    this.players = count;
    this.broadcaster.broadcast({ event: 'players', data: count });
    this.options.onChange();
  }

  /** Begins (or, after a host restart, begins again) the install. */
  install(): void {
    this.installer.begin();
  }

  onEngineEvent(event: EngineEvent): void {
    this.supervisor.onEngineEvent(event);
  }

  engineLost(): void {
    this.effects.leaveTurn();
    this.supervisor.engineLost();
  }

  /** The engine answers (again): finds out what is true. Resolves when it is known, or when the engine failed to say so. */
  engineBack(wasLost: boolean): Promise<void> {
    return this.supervisor.engineBack(wasLost);
  }

  /** X5, of work that is not the server's own: on its volume, say. How often is the caller's business. */
  notifyProgress(progress: Progress): void {
    this.broadcaster.broadcast({ event: 'progress', data: progress });
  }

  /** Detaches: the container goes on. Resolves when the history is on disk, or can't be. */
  async close(): Promise<void> {
    this.scope.close();
    this.output.close();
    await this.output.history.close();
  }

  /** Removes the container. Throws LightdeckError (`engine_unreachable`, …) and then is as it was. */
  async removeContainer(): Promise<void> {
    // Throws while no engine answers: then nothing is changed.
    void this.options.monitor.engine;
    this.state.isLeaving = true;
    try {
      this.installer.cancel();
      this.effects.close();
      await this.supervisor.remove();
    } catch (error) {
      this.state.isLeaving = false;
      this.resume();
      throw error;
    }
  }

  /** Goes on with what a removal that failed had cut short. */
  private resume(): void {
    const { phase } = this.state.current;
    if (phase.name === 'installing') this.installer.begin();
    else if (phase.name === 'offline' && phase.pending)
      this.effects.perform({ type: 'schedule-restart', ms: resumeMs });
    else if (phase.name === 'starting' && phase.step === 'preparing')
      this.effects.perform({ type: 'start-in-turn' });
  }
}
