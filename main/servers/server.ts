import type { ServerSummary } from '../../shared/model/host.ts';
import type { ServerDefinition, WireState } from '../../shared/model/server.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import type { Progress, ServerEvent } from '../../shared/protocol/server-events.ts';
import { encodeEvent } from '../console/console-frames.ts';
import type { ConsoleOutput } from '../console/console-output.ts';
import type { EngineEvent, EngineMonitor } from '../docker/contract.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import type { StatsSampler } from '../stats/contract.ts';
import type { Store, StoredServer } from '../store/contract.ts';
import type { Channel } from './channel.ts';
import { ContainerKeeper, type ServerLink } from './container-keeper.ts';
import type { SpecContext } from './container-spec.ts';
import type { ServerView } from './contract.ts';
import { install } from './install.ts';
import { transition } from './machine.ts';
import { type Effect, type MachineEvent, type MachineState, wireState } from './machine-state.ts';
import { machineConfig, restoreMachine, storeMachine } from './restore.ts';

export interface ServerDeps {
  monitor: EngineMonitor;
  store: Store;
  sampler: StatsSampler;
  context: SpecContext;
  output: ConsoleOutput;
  channel: Channel;
  log: Log;
  /** Something that the host socket shows has changed. */
  onChange: () => void;
}

const problem = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** One server: its machine, the run of its container, and the effects that the machine asks for. */
export class Server {
  readonly output: ConsoleOutput;
  private readonly deps: ServerDeps;
  private readonly scope = new Scope();
  private stored: StoredServer;
  private state: MachineState;
  private readonly keeper: ContainerKeeper;
  private installing: AbortController | null = null;
  /** Its container is being removed for good. */
  private isLeaving = false;
  private cancelTimer: (() => void) | null = null;

  constructor(stored: StoredServer, deps: ServerDeps) {
    this.deps = deps;
    this.stored = stored;
    this.output = deps.output;
    this.state = restoreMachine(stored);
    this.keeper = new ContainerKeeper(deps, this.link());
    this.scope.add(() => this.keeper.close());
    this.scope.add(() => this.installing?.abort());
    this.scope.add(() => this.cancelTimer?.());
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
      tell: (text) => this.tell(text),
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
    return this.keeper.hasRun && ['running', 'starting', 'stopping'].includes(this.state.phase.name);
  }

  view(): ServerView {
    const { definition, install_state, install_error, container_id } = this.stored;
    const state = this.wireState;
    return {
      definition,
      install_state,
      install_error,
      state,
      container_id,
      started_at: this.startedAt,
      last_exit: this.state.lastExit,
    };
  }

  summary(): ServerSummary {
    const { internal_id, name, image, ports, limits } = this.definition;
    const shared = {
      internal_id,
      name,
      image,
      ports,
      limits,
      state: this.wireState,
      started_at: this.startedAt,
    };
    return { ...shared, stats: this.deps.sampler.last(this.id), last_exit: this.state.lastExit };
  }

  private get startedAt(): number | null {
    const { phase } = this.state;
    return phase.name === 'running' || phase.name === 'starting' || phase.name === 'stopping'
      ? phase.startedAt
      : null;
  }

  /** Whether the history holds all that is known to have been printed: false while catching up, or while the engine is away. */
  get isCaughtUp(): boolean {
    return this.state.phase.name !== 'unknown' && this.keeper.isCaughtUp;
  }

  /** Starts an action; null when it was accepted, else why not (S13). */
  power(action: PowerAction): string | null {
    return this.dispatch({ type: 'command', action });
  }

  /** Standard input, byte for byte (S12); null when it was taken, else why not. */
  sendCommand(command: string): string | null {
    if (!this.takesInput) return "the command was not sent: the server isn't running";
    try {
      return this.keeper.write(Buffer.from(command))
        ? null
        : 'the command was not sent: the console is not connected yet';
    } catch (error) {
      return problem(error);
    }
  }

  /** S11: its volume has hardly any room left. */
  outOfStorage(): void {
    this.tell('System out of storage');
  }

  /** Begins (or, after a host restart, begins again) the install. */
  install(): void {
    if (this.installing) return;
    this.dispatch({ type: 'install-began' });
    const abort = new AbortController();
    this.installing = abort;
    const { monitor, context, output, log } = this.deps;
    install({
      definition: this.definition,
      context,
      engine: () => monitor.engine,
      output,
      log,
      signal: abort.signal,
      tell: (text) => this.tell(text),
      progress: (progress) => this.progress(progress),
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
    this.keeper.onEngineEvent(event);
  }

  engineLost(): void {
    this.keeper.engineLost();
  }

  /** The engine answers (again): finds out what is true. Resolves when it is known. */
  engineBack(wasLost: boolean): Promise<void> {
    return this.keeper.engineBack(wasLost);
  }

  private dispatch(event: MachineEvent): string | null {
    if (this.scope.isClosed || (this.isLeaving && event.type === 'command')) {
      return 'the server is being deleted or the host is stopping';
    }
    const before = this.wireState;
    const result = transition(this.state, event, machineConfig(this.definition));
    if ('refused' in result) return result.refused;
    const changed = result.state !== this.state;
    this.state = result.state;
    if (changed) this.save(storeMachine(this.stored, this.state));
    if (this.wireState !== before) this.send({ event: 'event', data: this.wireState });
    for (const effect of result.effects) this.perform(effect);
    if (changed) this.deps.onChange();
    return null;
  }

  private perform(effect: Effect): void {
    // What its removal looks like must not start it again.
    if (this.isLeaving && (effect.type === 'start' || effect.type === 'schedule-restart')) return;
    switch (effect.type) {
      case 'start':
        void this.keeper.start();
        return;
      case 'ask-to-stop':
        this.askToStop(effect.ms);
        return;
      case 'sigkill':
        void this.keeper.signal('SIGKILL');
        return;
      case 'abandon-start':
        this.keeper.abandonStart();
        return;
      case 'schedule-restart':
        if (effect.ms === 0) this.dispatch({ type: 'restart-due' });
        else this.arm({ type: 'restart-due' }, effect.ms);
        return;
      case 'cancel-timers':
        this.cancelTimer?.();
        this.cancelTimer = null;
        return;
      case 'tell':
        this.tell(effect.text);
        return;
    }
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
    if (command) {
      const refused = this.sendCommand(command.endsWith('\n') ? command : `${command}\n`);
      if (refused === null) {
        this.tell(`Stopping: sent "${command.trim()}", waiting up to ${Math.round(ms / 1000)} s`);
        return;
      }
    }
    const name = signal ?? 'SIGTERM';
    this.tell(`Stopping: sent ${name}, waiting up to ${Math.round(ms / 1000)} s`);
    void this.keeper.signal(name);
  }

  private save(stored: StoredServer): void {
    // A late fact must not write a deleted server back.
    if (this.scope.isClosed) return;
    this.stored = stored;
    this.deps.store.servers.put(stored);
  }

  private tell(text: string): void {
    this.send({ event: 'daemon_message', data: text });
  }

  private lastProgress = 0;

  private progress(progress: Progress): void {
    const now = Date.now();
    if (now - this.lastProgress < 200) return;
    this.lastProgress = now;
    this.send({ event: 'progress', data: progress });
  }

  private send(event: ServerEvent): void {
    if (this.scope.isClosed) return;
    this.output.flush();
    const frame = encodeEvent(event);
    this.deps.channel.each((listener) => listener.frame(frame));
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
      await this.keeper.remove();
    } catch (error) {
      this.isLeaving = false;
      throw error;
    }
  }
}
