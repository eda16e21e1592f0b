import { errorText } from '../../../shared/error-text.ts';
import type { ConsoleOutput } from '../../console/console-output.ts';
import type { ContainerInfo, EngineEvent } from '../../docker/contract.ts';
import { Backoff } from '../../lib/backoff.ts';
import type { Log } from '../../lib/log.ts';
import { Scope } from '../../lib/scope.ts';
import type { StatsSampler } from '../../stats/contract.ts';
import { hasOtherPorts } from '../definition/rebind.ts';
import type { Observed } from '../machine/state.ts';
import type { ServerState } from '../server-state.ts';
import { hasUnheardEnd, isRecorded, ranUnseen, waitsForPattern } from './adopt.ts';
import { ConsoleInput } from './console-input.ts';
import { ConsoleLink, countsLost } from './console-link.ts';
import { EarlyNews } from './early-news.ts';
import { EndReader } from './end-reader.ts';
import { LastOutput } from './last-output.ts';
import { noteOutOfMemory } from './memory-notice.ts';
import { findOwn, type Owner, removeOwn } from './ownership.ts';
import { ContainerRun } from './run.ts';
import { ContainerSignals, stoppingWords } from './signals.ts';
import { containerName } from './spec.ts';
import { isEngineAway, StartAttempt, type StartOptions, sizeTerminal, startContainer } from './start.ts';

export interface ContainerSupervisorOptions
  extends Omit<StartOptions, 'attempt' | 'owned' | 'scope' | 'makeRun'> {
  sampler: StatsSampler;
  output: ConsoleOutput;
  log: Log;
}

/** Longest wait of a removal for a start that it has cancelled, in ms. */
const cancelledStartMs = 10_000;
/** Waits before the engine is asked again what is true, when it failed to say so, in ms. */
const askAgain = { first: 500, max: 30_000 };

/** A server's container: starts it, joins it, hears what the engine says of it, and turns that into events of the machine. */
export class ContainerSupervisor {
  private readonly options: ContainerSupervisorOptions;
  private readonly state: ServerState;
  private readonly scope = new Scope();
  private readonly console: ConsoleLink;
  private readonly signals: ContainerSignals;
  private run: ContainerRun | null = null;
  /** The start under way: a kill replaces it, and what it finds then is dropped. */
  private starting: StartAttempt | null = null;
  private readonly input: ConsoleInput;
  private readonly lastOutput: LastOutput;
  private readonly early = new EarlyNews((event) => this.onEngineEvent(event));
  private readonly ends: EndReader;
  /** Resolves when the last start is over, however it ended. */
  private startOver: Promise<void> = Promise.resolve();
  /** What the engine says is dealt with one after the other. */
  private queue: Promise<void> = Promise.resolve();
  private readonly backoff = new Backoff(askAgain);

  constructor(options: ContainerSupervisorOptions) {
    this.options = options;
    this.state = options.state;
    this.console = new ConsoleLink({
      ...options,
      serverId: options.state.id,
      scope: this.scope,
      current: () => this.run,
      onEnded: (run, code, at) => this.end(run, code, at),
    });
    this.lastOutput = new LastOutput(this.scope);
    this.ends = new EndReader({ ...options, lastOutput: this.lastOutput, scope: this.scope });
    this.input = new ConsoleInput({
      run: () => (this.state.current.phase.name === 'unknown' ? null : this.run),
      tty: () => this.state.definition.tty,
      notify: options.notify,
    });
    const isCurrent = (run: ContainerRun): boolean => this.run === run && !run.ending;
    this.signals = new ContainerSignals({
      ...options,
      serverId: options.state.id,
      scope: this.scope,
      recheck: (run) => this.console.recheck(run),
      isCurrent,
      isWanted: (run) => isCurrent(run) && this.state.current.phase.name === 'stopping',
    });
    this.scope.add(() => this.run?.closeConsole());
    this.scope.add(() => this.starting?.close());
  }

  /** Whether there is a run whose input can be written to. */
  get hasRun(): boolean {
    return this.run !== null;
  }

  /** Whether the history holds all that the container is known to have printed. */
  get isCaughtUp(): boolean {
    return !this.lastOutput.isReading && (this.run === null || this.run.isCaughtUp);
  }

  /** Whether the run was there before this host joined it. */
  get hasAdopted(): boolean {
    return this.run?.isAdopted ?? false;
  }

  /** Standard input of the run, or of the one that is being started or found (S12); null when it was taken, else why not. */
  send(data: Buffer): string | null {
    return this.input.send(data);
  }

  /** Drops the start under way: what it has done so far is undone or killed. */
  abandonStart(): void {
    this.starting?.cancel();
    this.starting = null;
    this.input.drop();
  }

  onEngineEvent(event: EngineEvent): void {
    const run = this.run?.containerId === event.id ? this.run : null;
    if (!run) this.early.note(event);
    switch (event.type) {
      case 'kill':
        run?.signals.told(event.signal, event.at);
        return;
      case 'die':
        if (run) this.end(run, event.exitCode, event.at);
        return;
      case 'start':
        if (this.starting?.containerId !== event.id && (run === null || run.ending)) this.reconcile(false);
        return;
      case 'destroy':
        if (run) this.end(run, null, event.at);
        if (this.state.stored.container_id === event.id && !this.starting)
          this.state.note({ container_id: null });
        return;
      case 'pause':
      case 'unpause':
        if (run) this.options.notify(`Container ${event.type}d from outside`);
        // An attachment to what is paused may have broken meanwhile.
        if (run && event.type === 'unpause' && !run.isAttached) this.console.recheck(run);
        return;
      case 'oom': {
        if (run) this.notify(noteOutOfMemory(run, event.at, this.state.definition.limits.memory));
        // It may be told after the end that came of it.
        const exit = this.ends.outOfMemory(event);
        if (exit) this.state.dispatch({ type: 'exit-explained', exit });
        return;
      }
      case 'create':
        return;
    }
  }

  engineLost(): void {
    this.run?.closeConsole();
    if (!this.starting) this.input.drop('the engine stopped answering');
    this.state.dispatch({ type: 'engine-lost' });
  }

  /** The engine answers (again): finds out what is true. Resolves when it is known, or when the engine failed to say so. */
  engineBack(wasLost: boolean): Promise<void> {
    this.backoff.reset();
    return this.reconcile(wasLost);
  }

  /** A fresh container for every start, so that each setting holds and nothing leaks from one run into the next. Never rejects. */
  start(): Promise<void> {
    this.startOver = this.beginRun();
    return this.startOver;
  }

  /** The container that runs, after a start under way is over; null if none does. */
  async runningContainer(): Promise<string | null> {
    await this.startOver;
    return this.run && !this.run.ending ? this.run.containerId : null;
  }

  /** Asks the programs of the run, if there is one, to end: a signal that they can heed, `ms` before they are killed. Each step is told. */
  async askToEnd(signal: string, ms: number): Promise<void> {
    if (this.run) await this.signals.askToEnd(this.run, { signal, ms });
    else this.notify(stoppingWords(`sent ${signal}`, ms));
  }

  async kill(): Promise<void> {
    if (this.run) await this.signals.send(this.run, 'SIGKILL');
  }

  /** Detaches; the container goes on. */
  close(): void {
    this.scope.close();
  }

  /** Removes the containers. Throws LightdeckError (`engine_unreachable`, …). */
  async remove(): Promise<void> {
    this.starting?.cancel();
    this.starting = null;
    const { monitor, sampler } = this.options;
    // A start under way takes away what it has made once it notices.
    await Promise.race([this.startOver, this.scope.pause(cancelledStartMs)]);
    await removeOwn(monitor.engine, { ...this.owner, role: 'install' }, `${this.containerName}-install`);
    await this.removeContainer();
    sampler.forget(this.state.id);
  }

  /** Removes the container of the last run, if there is one and it is ours. Throws LightdeckError (`engine_unreachable`, …). */
  async removeContainer(): Promise<void> {
    // Somebody else's stays as it is.
    if (this.state.definition.adopted) return;
    await this.lastOutput.whenRead();
    const { engine } = this.options.monitor;
    const own = await this.findOwn();
    if (own) await engine.remove(own.id);
    // One of that name besides it, where it was renamed.
    await removeOwn(engine, this.owner, this.containerName);
    this.state.note({ container_id: null });
  }

  private get containerName(): string {
    return containerName(this.state.id);
  }

  private get owner(): Owner {
    return { hostId: this.options.context.hostId, internalId: this.state.id, role: 'server' };
  }

  private findOwn(): Promise<ContainerInfo | null> {
    const adopted = this.state.definition.adopted?.container_id ?? null;
    const where = { containerId: this.state.stored.container_id, name: this.containerName, adopted };
    return findOwn(this.options.monitor.engine, this.owner, where);
  }

  /** Finds out what is true, after what is being dealt with already. An engine that fails to say so is asked again, ever more slowly. */
  private reconcile(engineWasAway: boolean): Promise<void> {
    this.queue = this.queue
      .then(() => this.look(engineWasAway))
      .then(
        () => this.backoff.reset(),
        (error: unknown) => {
          this.warn(error, 'the engine did not say what became of the container');
          if (this.options.monitor.state.status !== 'up') return;
          this.scope.timeout(() => void this.reconcile(engineWasAway), this.backoff.next());
        },
      );
    return this.queue;
  }

  /** Looks at the container, joins it if it runs, and tells the machine. */
  private async look(engineWasAway: boolean): Promise<void> {
    const { state } = this;
    const { name } = state.current.phase;
    // A start that is under way looks when it is over.
    if (this.scope.isClosed || name === 'installing' || name === 'failed' || this.starting) return;
    this.early.clear();
    const info = await this.findOwn();
    if (this.scope.isClosed || this.starting) return;
    if (info?.running) return this.join(info);
    this.input.drop("the server isn't running");
    // Its end is being dealt with, or was seen here before it was told.
    if (this.run && state.current.phase.name !== 'unknown')
      return this.end(this.run, info?.exitCode ?? null, info?.finishedAt ?? Date.now());
    const observed = info && info.status !== 'created' ? await this.readEnd(info, engineWasAway) : null;
    if (observed && info && ranUnseen(state, info))
      state.dispatch({ type: 'container-started', at: info.startedAt ?? Date.now() });
    this.run = null;
    this.options.sampler.untrack(state.id);
    const none: Observed = info ? { kind: 'never-started' } : { kind: 'absent', at: Date.now() };
    state.dispatch({ type: 'engine-back', observed: observed ?? none });
  }

  private join(info: ContainerInfo): void {
    const { state, options } = this;
    const startedAt = info.startedAt ?? Date.now();
    const known = this.run?.containerId === info.id && !this.run.ending ? this.run : null;
    const run = known ?? this.makeRun(info.id, info.tty, waitsForPattern(state, info, startedAt));
    if (!known) run.adopt(isRecorded(state, info, startedAt));
    this.run = run;
    state.note({ container_id: info.id });
    // The state is known now; the console may need a while for a long log.
    state.dispatch(
      state.current.phase.name === 'unknown'
        ? { type: 'engine-back', observed: { kind: 'running', startedAt } }
        : { type: 'container-started', at: startedAt },
    );
    options.sampler.track(state.id, { containerId: info.id, pid: info.pid });
    // Whoever started it may have given it none; of the same size nothing is told to it.
    if (!known && info.tty && !state.definition.adopted) void sizeTerminal(options, info.id);
    if (!run.isAttached) this.console.join(run);
    this.input.began();
    this.early.tell(run.containerId, startedAt);
    const mayRestart = state.refusal('rebind') === null;
    if (mayRestart && hasOtherPorts(info, state.stored, options.context)) {
      options.notify('The running container has other ports than the server: restarting it for them');
      state.dispatch({ type: 'command', action: 'rebind' });
    }
  }

  private async readEnd(info: ContainerInfo, engineWasAway: boolean): Promise<Observed> {
    const known = this.run?.containerId === info.id ? this.run : null;
    if (hasUnheardEnd(this.state, info))
      await (known ?? this.makeRun(info.id, info.tty, false)).collectRest(true);
    return { kind: 'exited', exit: await this.ends.ofContainer(info, known, engineWasAway) };
  }

  /** The run's container has ended: first the rest of its output, then the news (S8). */
  private end(run: ContainerRun, code: number | null, at: number): void {
    if (run.ending) return;
    run.ending = true;
    this.queue = this.queue
      .then(async () => {
        const exit = await this.ends.ofRun(run, { code, at });
        if (this.run !== run) return;
        this.run = null;
        this.options.sampler.untrack(this.state.id);
        this.state.dispatch({ type: 'exited', exit });
      })
      .catch((error: unknown) => this.warn(error, 'the end of a container could not be dealt with'));
  }

  /** `tty` is the container's own: the definition may have been changed since it was made. */
  private makeRun(containerId: string, tty: boolean, waitForPattern: boolean): ContainerRun {
    const { monitor, output, log, notify } = this.options;
    const { start_pattern } = this.state.definition;
    const run: ContainerRun = new ContainerRun({
      engine: () => monitor.engine,
      containerId,
      tty,
      input: this.state.definition.adopted?.takes_input ?? true,
      pattern: waitForPattern && start_pattern ? start_pattern : null,
      output,
      log,
      onReady: () => {
        if (this.run === run) this.state.dispatch({ type: 'ready' });
        else run.readyEarly = true;
      },
      onHole: () => {
        this.warn(
          containerId,
          "what it printed while the host was away is in part no longer in the engine's log",
        );
        notify("Error: part of the console printed while the host was away is no longer in the engine's log");
      },
      onCountsLost: (isFound) => {
        this.warn(containerId, "the console history's journal was lost or damaged");
        notify(countsLost(isFound));
      },
      onConsoleEnd: (problem) => this.console.lost(run, problem),
    });
    return run;
  }

  private async beginRun(): Promise<void> {
    const attempt = new StartAttempt();
    this.starting = attempt;
    try {
      // The container of before still has it.
      await this.lastOutput.whenRead();
      const info = await startContainer({
        ...this.options,
        attempt,
        owned: () => this.starting === attempt && !this.scope.isClosed,
        scope: this.scope,
        makeRun: (id, tty) => this.makeRun(id, tty, true),
      });
      if (!this.scope.isClosed && attempt.run) this.began(attempt, attempt.run, info);
    } catch (error) {
      attempt.run?.closeConsole();
      if (this.scope.isClosed) return;
      if (this.starting === attempt) this.starting = null;
      this.input.drop();
      const engineAway = isEngineAway(error);
      this.state.dispatch({ type: 'start-failed', reason: errorText(error), engineAway });
    }
    this.lookIfUnknown();
  }

  private began(attempt: StartAttempt, run: ContainerRun, info: ContainerInfo | null): void {
    if (this.starting === attempt) this.starting = null;
    this.run = run;
    const { state, options } = this;
    this.input.began();
    state.dispatch({ type: 'container-started', at: info?.startedAt ?? Date.now() });
    if (run.readyEarly) state.dispatch({ type: 'ready' });
    if (info?.running) options.sampler.track(state.id, { containerId: run.containerId, pid: info.pid });
    // Its end may have been told before we knew that it had started.
    else if (info) this.end(run, info.exitCode, info.finishedAt ?? Date.now());
    else this.console.recheck(run);
    // The attachment may have broken before this was the run.
    if (!run.isAttached) this.console.lost(run, null);
    this.early.tell(run.containerId, info?.startedAt ?? 0);
  }

  /** The engine was lost during the start and may be back since: its return found a start under way and left it alone. */
  private lookIfUnknown(): void {
    const isUnknown = this.state.current.phase.name === 'unknown';
    if (isUnknown && this.options.monitor.state.status === 'up') void this.reconcile(true);
  }

  private notify(text: string | null): void {
    if (text !== null) this.options.notify(text);
  }

  private warn(error: unknown, message: string): void {
    this.options.log.warn({ server: this.state.id, error: errorText(error) }, message);
  }
}
