import type { ResourceChanges } from '../../shared/http/resources.ts';
import type { ServerSummary } from '../../shared/model/host.ts';
import type { ServerDefinition, WireState } from '../../shared/model/server.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import type { Progress } from '../../shared/protocol/server-events.ts';
import { hostEntry } from '../audit/actor.ts';
import type { Audit } from '../audit/contract.ts';
import { type LogSearch, type Logs, type LogsQuery, readLogs, searchLogs } from '../console/console-logs.ts';
import type { ConsoleOutput } from '../console/console-output.ts';
import type { HistoryFound } from '../console/search-history.ts';
import type { EngineEvent, EngineMonitor } from '../docker/contract.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { Occupancy, PortPool } from '../network/contract.ts';
import type { StatsSampler } from '../stats/contract.ts';
import type { Store, StoredServer } from '../store/contract.ts';
import type { SpecContext } from './container/spec.ts';
import { ContainerSupervisor } from './container/supervisor.ts';
import type { InstallChanges, ServerView } from './contract.ts';
import { type DefinitionChanges, waitingFields } from './definition/changes.ts';
import { install } from './definition/install.ts';
import { isAtRest, type Rebinding, rebindServer } from './definition/rebind.ts';
import { reinstallServer } from './definition/reinstall.ts';
import { ResourceUpdater } from './definition/resources.ts';
import { machineConfig, restoreMachine, storeMachine } from './machine/restore.ts';
import {
  type Command,
  type Effect,
  type MachineEvent,
  type MachineState,
  wireState,
} from './machine/state.ts';
import { transition } from './machine/transition.ts';
import type { Channel } from './registry/channel.ts';
import type { StartQueue } from './registry/start-queue.ts';
import { ServerBroadcaster } from './server-broadcaster.ts';
import type { ServerLink } from './server-link.ts';
import { summaryOf, viewOf } from './server-views.ts';

export interface ServerDeps {
  monitor: EngineMonitor;
  store: Store;
  sampler: StatsSampler;
  ports: PortPool;
  occupancy: Occupancy;
  context: SpecContext;
  volumeReady: () => Promise<void>;
  output: ConsoleOutput;
  channel: Channel;
  audit: Audit;
  log: Log;
  /** The machine's present boot. */
  boot: string;
  startQueue: StartQueue;
  /** Its place among the servers, by creation. */
  order: number;
  /** Unix milliseconds. */
  now: () => number;
  /** Something that the host socket shows has changed. */
  onChange: () => void;
}

const leaving = 'the server is being deleted or the host is stopping';

const problem = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** One server: its machine, the run of its container, and the effects that the machine asks for. */
export class Server {
  readonly output: ConsoleOutput;
  private readonly deps: ServerDeps;
  private readonly scope = new Scope();
  private stored: StoredServer;
  private state: MachineState;
  private readonly broadcaster: ServerBroadcaster;
  private readonly supervisor: ContainerSupervisor;
  private installing: AbortController | null = null;
  /** Its container is being removed for good. */
  private isLeaving = false;
  private cancelTimer: (() => void) | null = null;
  /** Set while its start waits for its turn. */
  private cancelTurn: (() => boolean) | null = null;
  private readonly resources: ResourceUpdater;

  constructor(stored: StoredServer, deps: ServerDeps) {
    this.deps = deps;
    this.stored = stored;
    this.output = deps.output;
    this.broadcaster = new ServerBroadcaster(deps);
    this.state = restoreMachine(stored, deps.boot);
    this.supervisor = new ContainerSupervisor(deps, this.link());
    this.scope.add(() => this.supervisor.close());
    this.scope.add(() => this.installing?.abort());
    this.scope.add(() => this.cancelTimer?.());
    this.scope.add(() => this.leaveTurn());
    this.resources = new ResourceUpdater({
      engine: () => deps.monitor.engine,
      stored: () => this.definition,
      store: (resources) => this.redefine(resources),
      running: () => this.supervisor.runningContainer(),
      notify: (text) => this.broadcaster.notify(text),
    });
    this.scope.add(() => this.broadcaster.close());
  }

  private link(): ServerLink {
    const server = this;
    return {
      get stored() {
        return server.stored;
      },
      get state() {
        return server.state;
      },
      dispatch: (event) => this.dispatch(event),
      save: (changes) => this.save({ ...this.stored, ...changes }),
      settlePorts: () => this.deps.ports.keepOnly(this.id, this.definition.ports),
      keep: (stored) => {
        this.stored = stored;
      },
      refusal: (action) => this.refusal(action),
      notify: (text) => this.broadcaster.notify(text),
    };
  }

  get id(): string {
    return this.stored.definition.internal_id;
  }

  get definition(): ServerDefinition {
    return this.stored.definition;
  }

  get wireState(): WireState {
    return wireState(this.state);
  }

  /** Whether the console takes commands. */
  get takesInput(): boolean {
    const { name } = this.state.phase;
    return name === 'starting' || (this.supervisor.hasRun && ['running', 'stopping'].includes(name));
  }

  view(): ServerView {
    return viewOf(this.stored, this.state);
  }

  summary(): ServerSummary {
    return summaryOf(this.definition, this.state, this.deps.sampler.last(this.id));
  }

  /** Whether the history holds all that is known to have been printed: false while catching up, or while the engine is away. */
  get isCaughtUp(): boolean {
    return this.state.phase.name !== 'unknown' && this.supervisor.isCaughtUp;
  }

  /** Changes the definition; the fields that wait for the next start. */
  change(changes: DefinitionChanges): string[] {
    const waiting = waitingFields(this.definition, changes, this.wireState);
    this.redefine(changes);
    return waiting;
  }

  /** See `Servers.updateResources`. */
  updateResources(changes: ResourceChanges): void {
    // Nobody knows whether there is a container to change: throws the cause.
    if (this.wireState === 'unknown') void this.deps.monitor.engine;
    this.resources.request(changes);
  }

  private redefine(changes: Partial<ServerDefinition>): void {
    const updated_at = Math.floor(this.deps.now() / 1000);
    this.save({ ...this.stored, definition: { ...this.definition, ...changes, updated_at } });
    this.deps.onChange();
  }

  logs(query: LogsQuery): Promise<Logs> {
    return readLogs(this.output, query);
  }

  searchLogs(search: LogSearch): Promise<HistoryFound> {
    return searchLogs(this.output, search);
  }

  /** Starts an action; null when it was accepted, else why not (S13). */
  power(action: PowerAction): string | null {
    return this.dispatch({ type: 'command', action });
  }

  /** A5. Throws LightdeckError `busy` or `invalid`, and then nothing was changed. */
  rebind(rebinding: Rebinding): void {
    rebindServer(this.link(), this.deps, rebinding);
    this.deps.onChange();
  }

  /** A6. Throws LightdeckError `busy`, and then nothing was changed. */
  reinstall(changes: InstallChanges): void {
    reinstallServer(this.link(), changes);
  }

  /** Standard input, byte for byte (S12); null when it was taken, else why not. */
  sendCommand(command: string): string | null {
    if (!this.takesInput) return "the command was not sent: the server isn't running";
    const data = Buffer.from(command);
    try {
      if (this.supervisor.hasRun)
        return this.supervisor.write(data)
          ? null
          : 'the command was not sent: the console is not connected yet';
      this.supervisor.writePending(data);
      return null;
    } catch (error) {
      return problem(error);
    }
  }

  /** S11: its volume has hardly any room left. Gives what it tells. */
  outOfStorage(): string {
    const text = 'System out of storage';
    this.broadcaster.notify(text);
    return text;
  }

  /** Begins (or, after a host restart, begins again) the install. */
  install(): void {
    if (this.installing) return;
    this.dispatch({ type: 'install-began' });
    const abort = new AbortController();
    this.installing = abort;
    const { monitor, context, volumeReady, output, log } = this.deps;
    install({
      definition: this.definition,
      context,
      volumeReady,
      engine: () => monitor.engine,
      removeOld: () => this.supervisor.removeRun(),
      output,
      log,
      signal: abort.signal,
      notify: (text) => this.broadcaster.notify(text),
      progress: (progress) => this.broadcaster.progress(progress),
    }).then(
      () => this.installEnded(abort, null),
      (error) => this.installEnded(abort, problem(error)),
    );
  }

  private installEnded(abort: AbortController, failure: string | null): void {
    if (this.installing !== abort || this.scope.isClosed) return;
    this.installing = null;
    this.stored = { ...this.stored, install_error: failure };
    this.dispatch(failure === null ? { type: 'install-done' } : { type: 'install-failed', reason: failure });
  }

  onEngineEvent(event: EngineEvent): void {
    this.supervisor.onEngineEvent(event);
  }

  engineLost(): void {
    this.leaveTurn();
    this.supervisor.engineLost();
  }

  /** The engine answers (again): finds out what is true. Resolves when it is known. */
  engineBack(wasLost: boolean): Promise<void> {
    return this.supervisor.engineBack(wasLost);
  }

  private dispatch(event: MachineEvent): string | null {
    if (this.scope.isClosed || (this.isLeaving && event.type === 'command')) return leaving;
    const before = this.wireState;
    const result = transition(this.state, event, machineConfig(this.definition));
    if ('refused' in result) return result.refused;
    const changed = result.state !== this.state;
    this.state = result.state;
    if (changed) this.save(storeMachine(this.stored, this.state, this.deps.boot));
    if (changed && isAtRest(this.state.phase)) this.deps.ports.keepOnly(this.id, this.definition.ports);
    if (this.wireState !== before) this.broadcaster.broadcast({ event: 'event', data: this.wireState });
    for (const effect of result.effects) this.perform(effect);
    if (changed) this.deps.onChange();
    return null;
  }

  private refusal(action: Command): string | null {
    if (this.scope.isClosed || this.isLeaving) return leaving;
    const result = transition(this.state, { type: 'command', action }, machineConfig(this.definition));
    return 'refused' in result ? result.refused : null;
  }

  private perform(effect: Effect): void {
    // What its removal looks like must not start it again.
    if (this.isLeaving && ['start', 'start-in-turn', 'schedule-restart'].includes(effect.type)) return;
    switch (effect.type) {
      case 'install':
        this.install();
        return;
      case 'start':
        void this.supervisor.start();
        return;
      case 'start-in-turn':
        this.startInTurn();
        return;
      case 'ask-to-stop':
        this.askToStop(effect.ms);
        return;
      case 'sigkill':
        void this.supervisor.signal('SIGKILL');
        return;
      case 'abandon-start':
        if (this.leaveTurn()) this.dispatch({ type: 'start-failed', reason: 'it was called off' });
        else this.supervisor.abandonStart();
        return;
      case 'schedule-restart':
        if (effect.ms === 0) this.dispatch({ type: 'restart-due' });
        else this.restartLater(effect.ms);
        return;
      case 'cancel-timers':
        this.cancelTimer?.();
        this.cancelTimer = null;
        return;
      case 'tell':
        this.broadcaster.notify(effect.text);
        return;
    }
  }

  private startInTurn(): void {
    this.deps.audit.record(hostEntry({ action: 'start with the host', container: this.id, detail: '' }));
    this.cancelTurn = this.deps.startQueue.add(this.deps.order, () => {
      this.cancelTurn = null;
      return this.supervisor.start();
    });
  }

  /** Whether a start was waiting for its turn; it no longer is. */
  private leaveTurn(): boolean {
    const wasWaiting = this.cancelTurn?.() ?? false;
    this.cancelTurn = null;
    return wasWaiting;
  }

  private restartLater(ms: number): void {
    const detail = `in ${Math.round(ms / 1000)} s`;
    this.deps.audit.record(hostEntry({ action: 'restart after a crash', container: this.id, detail }));
    this.arm({ type: 'restart-due' }, ms);
  }

  private arm(event: MachineEvent, ms: number): void {
    this.cancelTimer?.();
    const timer = setTimeout(() => this.dispatch(event), ms);
    timer.unref();
    this.cancelTimer = () => clearTimeout(timer);
  }

  private askToStop(ms: number): void {
    this.arm({ type: 'stop-deadline' }, ms);
    const { command, signal } = this.definition.stop;
    if (command && this.supervisor.hasRun) {
      const refused = this.sendCommand(command.endsWith('\n') ? command : `${command}\n`);
      if (refused === null) {
        this.broadcaster.notify(
          `Stopping: sent "${command.trim()}", waiting up to ${Math.round(ms / 1000)} s`,
        );
        return;
      }
    }
    const name = signal ?? 'SIGTERM';
    this.broadcaster.notify(`Stopping: sent ${name}, waiting up to ${Math.round(ms / 1000)} s`);
    void this.supervisor.signal(name);
  }

  private save(stored: StoredServer): void {
    // A late fact must not write a deleted server back.
    if (this.scope.isClosed) return;
    this.stored = stored;
    this.deps.store.servers.put(stored);
  }

  /** X5, of work that is not the server's own: on its volume, say. How often is the caller's business. */
  notifyProgress(progress: Progress): void {
    this.broadcaster.broadcast({ event: 'progress', data: progress });
  }

  /** Detaches: the container goes on. Resolves when the history is on disk. */
  async close(): Promise<void> {
    this.scope.close();
    this.output.close();
    await this.output.history.close();
  }

  /** Removes the container. Throws LightdeckError (`engine_unreachable`, …) and then is as it was. */
  async removeContainer(): Promise<void> {
    // Throws while no engine answers: then nothing is changed.
    void this.deps.monitor.engine;
    this.isLeaving = true;
    try {
      this.installing?.abort();
      this.installing = null;
      this.perform({ type: 'cancel-timers' });
      this.leaveTurn();
      await this.supervisor.remove();
    } catch (error) {
      this.isLeaving = false;
      throw error;
    }
  }
}
