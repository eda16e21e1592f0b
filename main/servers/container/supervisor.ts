import type { ConsoleOutput } from '../../console/console-output.ts';
import { describePattern } from '../../console/ready-matcher.ts';
import type { ContainerInfo, EngineEvent, EngineMonitor } from '../../docker/contract.ts';
import type { Log } from '../../lib/log.ts';
import { Scope } from '../../lib/scope.ts';
import type { Occupancy } from '../../network/contract.ts';
import type { StatsSampler } from '../../stats/contract.ts';
import { hasOtherPorts, nameHolder } from '../definition/rebind.ts';
import type { Observed } from '../machine/state.ts';
import type { ServerLink } from '../server-link.ts';
import { exitInfo, ranBeforeBoot } from './exit-info.ts';
import { fingerprintOf } from './fingerprint.ts';
import { PendingStdin } from './pending-stdin.ts';
import { provideContainer } from './provide.ts';
import { ContainerRun } from './run.ts';
import { type SpecContext, serverSpec } from './spec.ts';

export interface ContainerSupervisorOptions {
  monitor: EngineMonitor;
  sampler: StatsSampler;
  occupancy: Occupancy;
  context: SpecContext;
  /** Resolves when what is at the volume's path is the volume; throws in words. To be asked before a container starts. */
  volumeReady: () => Promise<void>;
  output: ConsoleOutput;
  log: Log;
}

/** Signals after which an end counts as a wish from outside. */
const terminating = new Set(['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGQUIT', 'SIGHUP']);

const problem = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A server's container: starts it, joins it, hears what the engine says of it, and turns that into events of the machine. */
export class ContainerSupervisor {
  private readonly deps: ContainerSupervisorOptions;
  private readonly link: ServerLink;
  private readonly scope = new Scope();
  private run: ContainerRun | null = null;
  /** The start under way: a kill replaces it, and what it finds then is dropped. */
  private starting: { containerId: string | null; run: ContainerRun | null } | null = null;
  private readonly pendingStdin = new PendingStdin();
  /** Resolves when the last start is over, however it ended. */
  private startOver: Promise<void> = Promise.resolve();
  /** Facts from the engine are dealt with one after the other. */
  private info: Promise<void> = Promise.resolve();

  constructor(deps: ContainerSupervisorOptions, link: ServerLink) {
    this.deps = deps;
    this.link = link;
    this.scope.add(() => this.run?.closeConsole());
    this.scope.add(() => this.starting?.run?.closeConsole());
  }

  /** Whether there is a run whose input can be written to. */
  get hasRun(): boolean {
    return this.run !== null;
  }

  /** Whether the history holds all that the container is known to have printed. */
  get isCaughtUp(): boolean {
    return this.run === null || this.run.isCaughtUp;
  }

  /** Writes to standard input; false without a console. Throws LightdeckError `busy` when too much waits. */
  write(data: Buffer): boolean {
    return this.run?.write(data) ?? false;
  }

  /** Keeps it for the run that is being started. Throws as `write`. */
  writePending(data: Buffer): void {
    this.pendingStdin.push(data);
  }

  private dropPending(): void {
    if (this.pendingStdin.take().length > 0)
      this.link.notify('Error: what was typed was not sent: the server did not start');
  }

  /** Drops the start under way: what it has done so far is undone or killed. */
  abandonStart(): void {
    this.starting = null;
    this.dropPending();
  }

  onEngineEvent(event: EngineEvent): void {
    const isRun = this.run?.containerId === event.id;
    switch (event.type) {
      case 'kill':
        if (isRun && this.run) this.noteSignal(this.run, event.signal);
        return;
      case 'die':
        if (isRun && this.run) this.end(this.run, event.exitCode, event.at);
        return;
      case 'start':
        if (this.starting?.containerId !== event.id && !(isRun && !this.run?.ending))
          this.queue(() => this.look(false));
        return;
      case 'destroy':
        if (isRun && this.run) this.end(this.run, null, event.at);
        if (this.link.stored.container_id === event.id && !this.starting)
          this.link.save({ container_id: null });
        return;
      case 'pause':
      case 'unpause':
        if (isRun) this.link.notify(`Container ${event.type}d from outside`);
        return;
      case 'create':
      case 'oom':
        return;
    }
  }

  private noteSignal(run: ContainerRun, signal: string): void {
    if (run.ownSignals > 0) run.ownSignals -= 1;
    else if (terminating.has(signal)) run.outsideSignal = signal;
  }

  engineLost(): void {
    this.run?.closeConsole();
    this.link.dispatch({ type: 'engine-lost' });
  }

  /** The engine answers (again): finds out what is true. Resolves when it is known. */
  engineBack(wasLost: boolean): Promise<void> {
    return this.queue(() => this.look(wasLost));
  }

  private queue(work: () => Promise<void>): Promise<void> {
    this.info = this.info.then(work).catch((error) => {
      this.deps.log.warn(
        { server: this.link.stored.definition.internal_id, error: problem(error) },
        'a fact from the engine could not be dealt with',
      );
    });
    return this.info;
  }

  /** Looks at the container, joins it if it runs, and tells the machine. */
  private async look(engineWasAway: boolean): Promise<void> {
    const { phase } = this.link.state;
    if (this.scope.isClosed || phase.name === 'installing' || phase.name === 'failed' || this.starting)
      return;
    const info = await this.deps.monitor.engine.inspect(this.containerName);
    if (info?.running) return this.join(info);
    const observed = info && info.status !== 'created' ? await this.readEnd(info, engineWasAway) : null;
    // The host ended between the start of this container and the note that it runs: it did run. Not so if its end is written
    // down already: then the host ended between that and the next start, and nothing has run since.
    const { stored } = this.link;
    const ranUnseen =
      observed !== null && info?.id === stored.container_id && stored.run === null && this.endIsNews(info);
    if (ranUnseen && this.link.state.wanted === 'running') {
      this.link.dispatch({ type: 'container-started', at: info?.startedAt ?? Date.now() });
    }
    this.run = null;
    if (observed) this.link.dispatch({ type: 'engine-back', observed });
    else
      this.link.dispatch({
        type: 'engine-back',
        observed: info ? { kind: 'never-started' } : { kind: 'absent', at: Date.now() },
      });
  }

  private async join(info: ContainerInfo): Promise<void> {
    const startedAt = info.startedAt ?? Date.now();
    const known = this.run?.containerId === info.id && !this.run.ending;
    const run =
      known && this.run ? this.run : this.makeRun(info.id, info.tty, this.waitsForPattern(startedAt));
    this.run = run;
    this.link.save({ container_id: info.id });
    // The state is known now; the console may need a while for a long log.
    const observed: Observed = { kind: 'running', startedAt };
    this.link.dispatch(
      this.link.state.phase.name === 'unknown'
        ? { type: 'engine-back', observed }
        : { type: 'container-started', at: startedAt },
    );
    this.deps.sampler.track(this.link.stored.definition.internal_id, {
      containerId: info.id,
      pid: info.pid,
    });
    if (!run.isAttached) this.catchUp(run);
    const mayRestart = this.link.refusal('rebind') === null;
    if (mayRestart && hasOtherPorts(info, this.link.stored, this.deps.context)) {
      this.link.notify('The running container has other ports than the server: restarting it for them');
      this.link.dispatch({ type: 'command', action: 'rebind' });
    }
  }

  private catchUp(run: ContainerRun): void {
    run.catchUp(true).catch((error) => {
      if (this.run !== run || this.scope.isClosed) return;
      this.deps.log.warn(
        { server: this.link.stored.definition.internal_id, error: problem(error) },
        'catching up with the console failed',
      );
      run.closeConsole();
      this.scope.timeout(() => this.recheck(run), 500);
    });
  }

  /** A run that was ready stays ready; any other one is (again) watched for the pattern, in what the log still has of it, too. */
  private waitsForPattern(startedAt: number): boolean {
    const { run } = this.link.stored;
    return !(run?.ready && Math.abs(run.started_at - startedAt) < 5000);
  }

  /** Whether this end came after the last one that is written down. */
  private endIsNews({ finishedAt }: ContainerInfo): boolean {
    return (finishedAt ?? 0) > (this.link.state.lastExit?.at ?? 0);
  }

  private async readEnd(info: ContainerInfo, engineWasAway: boolean): Promise<Observed> {
    const known = this.run?.containerId === info.id && this.run;
    const last =
      this.link.state.phase.name === 'unknown' ? this.link.state.phase.last : this.link.state.phase;
    if (last.name !== 'offline' || this.endIsNews(info)) {
      await (known || this.makeRun(info.id, info.tty, false)).collectRest(true);
    }
    const wasAway = engineWasAway || ranBeforeBoot(info);
    return { kind: 'exited', exit: exitInfo(info, known ? known.outsideSignal : null, wasAway) };
  }

  /** The run's container has ended: first the rest of its output, then the news (S8). */
  private end(run: ContainerRun, code: number | null, at: number): void {
    if (run.ending) return;
    run.ending = true;
    void this.queue(async () => {
      const { engine } = this.deps.monitor;
      const [info] = await Promise.all([
        engine.inspect(run.containerId).catch(() => null),
        run.collectRest(false),
      ]);
      if (this.run !== run) return;
      this.run = null;
      this.deps.sampler.untrack(this.link.stored.definition.internal_id);
      const exit = {
        ...exitInfo(info, run.outsideSignal, false),
        at,
        code: code ?? info?.exitCode ?? null,
      };
      this.link.dispatch({ type: 'exited', exit });
    });
  }

  /** The console's connection broke, or a signal seems to have had no effect: is the container still there? */
  private recheck(run: ContainerRun): void {
    if (this.run !== run || run.ending || this.scope.isClosed || this.link.state.phase.name === 'unknown')
      return;
    this.deps.monitor.engine.inspect(run.containerId).then(
      (info) => {
        if (this.run !== run || run.ending) return;
        if (!info?.running) this.end(run, info?.exitCode ?? null, info?.finishedAt ?? Date.now());
        else if (!run.isAttached) this.catchUp(run);
      },
      // The engine is away: its return brings the truth.
      () => {},
    );
  }

  /** `tty` is the container's own: the definition may have been changed since it was made. */
  private makeRun(containerId: string, tty: boolean, waitForPattern: boolean): ContainerRun {
    const { monitor, output, log } = this.deps;
    const { start_pattern } = this.link.stored.definition;
    const run: ContainerRun = new ContainerRun({
      engine: () => monitor.engine,
      containerId,
      tty,
      pattern: waitForPattern && start_pattern ? start_pattern : null,
      output,
      log,
      onReady: () => {
        if (this.run === run) this.link.dispatch({ type: 'ready' });
        else run.readyEarly = true;
      },
      onHole: () =>
        this.link.notify(
          "Error: part of the console printed while the host was away is no longer in the engine's log",
        ),
      onConsoleEnd: () => this.scope.timeout(() => this.recheck(run), 250),
    });
    return run;
  }

  private get containerName(): string {
    return `lightd-${this.link.stored.definition.internal_id}`;
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

  private async beginRun(): Promise<void> {
    const attempt: { containerId: string | null; run: ContainerRun | null } = {
      containerId: null,
      run: null,
    };
    this.starting = attempt;
    const owned = (): boolean => this.starting === attempt && !this.scope.isClosed;
    try {
      this.explainPattern();
      // It would run on an empty folder, and what it writes there would be hidden later.
      await this.deps.volumeReady();
      const { definition } = this.link.stored;
      const spec = serverSpec(definition, this.deps.context);
      const made_with = fingerprintOf(definition);
      attempt.containerId = await provideContainer(spec, {
        engine: this.deps.monitor.engine,
        owned,
        pause: (ms) => this.scope.pause(ms),
        // From then on the id on record is that of this start, which matters if we end before it is known to run.
        note: (container_id) => this.link.save({ container_id, made_with }),
      });
      if (!owned() || attempt.containerId === null) throw new Error('it was called off');
      const run = this.makeRun(attempt.containerId, spec.tty, true);
      attempt.run = run;
      await run.attach();
      if (!owned()) throw new Error('it was called off');
      await this.startContainer(run.containerId);
      if (this.scope.isClosed) return;
      this.began(attempt, run);
    } catch (error) {
      attempt.run?.closeConsole();
      if (this.scope.isClosed) return;
      if (this.starting === attempt) this.starting = null;
      this.dropPending();
      this.link.dispatch({ type: 'start-failed', reason: problem(error) });
    }
  }

  private async startContainer(id: string): Promise<void> {
    // Whatever ran before is gone now.
    this.link.settlePorts();
    try {
      await this.deps.monitor.engine.start(id);
    } catch (error) {
      throw await nameHolder(error, this.link.stored.definition.ports, this.deps.occupancy);
    }
  }

  /** A pattern that is taken otherwise than its author may think would leave the server `starting` for ever: say so. */
  private explainPattern(): void {
    const pattern = this.link.stored.definition.start_pattern;
    const note = pattern ? describePattern(pattern).note : undefined;
    if (note) this.link.notify(note);
  }

  private began(attempt: { containerId: string | null }, run: ContainerRun): void {
    if (this.starting === attempt) this.starting = null;
    this.run = run;
    for (const data of this.pendingStdin.take()) run.write(data);
    this.link.dispatch({ type: 'container-started', at: Date.now() });
    if (run.readyEarly) this.link.dispatch({ type: 'ready' });
    // Its end may have been told before we knew that it had started; and its pid is asked for.
    this.deps.monitor.engine.inspect(run.containerId).then(
      (info) => {
        if (this.run !== run || run.ending) return;
        if (info?.running)
          this.deps.sampler.track(this.link.stored.definition.internal_id, {
            containerId: run.containerId,
            pid: info.pid,
          });
        else this.end(run, info?.exitCode ?? null, info?.finishedAt ?? Date.now());
      },
      () => {},
    );
  }

  async signal(name: string): Promise<void> {
    const { run } = this;
    if (!run) return;
    run.ownSignals += 1;
    try {
      if (!(await this.deps.monitor.engine.signal(run.containerId, name))) this.recheck(run);
    } catch (error) {
      this.link.notify(`Error: ${name} could not be sent: ${problem(error)}`);
    }
    this.scope.timeout(() => this.recheck(run), 1000);
  }

  /** Detaches; the container goes on. */
  close(): void {
    this.scope.close();
  }

  /** Removes the containers. Throws LightdeckError (`engine_unreachable`, …). */
  async remove(): Promise<void> {
    this.starting = null;
    const { engine } = this.deps.monitor;
    await engine.remove(`${this.containerName}-install`);
    await this.removeRun();
    this.deps.sampler.forget(this.link.stored.definition.internal_id);
  }

  /** Removes the container of the last run, if there is one and it is ours. Throws LightdeckError (`engine_unreachable`, …). */
  async removeRun(): Promise<void> {
    const { engine } = this.deps.monitor;
    const info = await engine.inspect(this.containerName);
    if (info && info.hostId === this.deps.context.hostId) await engine.remove(info.id);
    this.link.save({ container_id: null });
  }
}
