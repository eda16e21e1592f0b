import { randomBytes } from 'node:crypto';
import type { ContainerInfo, ContainerSpec, EngineEvent, StreamName } from '../../main/docker/contract.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { ServerResources } from '../../shared/model/resources.ts';
import { FakeAttachment } from './fake-attachment.ts';
import { turn } from './fake-calls.ts';
import { type EngineClock, FakeLog } from './fake-log.ts';
import { FakeProcess, type ProcessExit, type Program } from './fake-process.ts';

/** What a pipe holds of input that nobody reads, in bytes. */
const pipeBytes = 64 * 1024;

export interface FakeContainerOptions {
  spec: ContainerSpec;
  clock: EngineClock;
  program: () => Program;
  emit: (event: EngineEvent) => void;
  cut: ((bytes: Buffer) => Buffer[]) | undefined;
  lateMemory: () => LateMemory | null;
  isPodman: boolean;
}

/** Full memory that is told after the end: how much later in ms, and by what. Docker 20.10 then never marks it, later ones do. */
export interface LateMemory {
  afterMs: number;
  by: 'event' | 'mark';
}

/** One container of the fake engine: its runs, its log, its attachments. */
export class FakeContainer {
  readonly id = randomBytes(32).toString('hex');
  readonly spec: ContainerSpec;
  readonly log: FakeLog;
  readonly attachments = new Set<FakeAttachment>();
  name: string;
  status: ContainerInfo['status'] = 'created';
  limits: ServerResources;
  error = '';
  /** How many times it was started. */
  runs = 0;
  private readonly options: FakeContainerOptions;
  private process: FakeProcess | null = null;
  private startedAt: number | null = null;
  private finishedAt: number | null = null;
  private exitCode: number | null = null;
  private oomKilled = false;
  private stoppedByUser = false;
  private isInputOver = false;
  private readonly onStopped: (() => void)[] = [];
  private removal: Promise<void> | null = null;
  /** Input that came while nothing ran. */
  private early: Buffer[] = [];
  /** Attachments that wait for the program to read. */
  private blocked: (() => void)[] = [];

  constructor(options: FakeContainerOptions) {
    this.options = options;
    const { spec, clock } = options;
    this.spec = spec;
    this.name = spec.name;
    this.limits = { limits: spec.limits, resources: spec.resources };
    const maxFileBytes = Math.max(1, Math.round(spec.log.maxSizeMiB * 1024 * 1024));
    this.log = new FakeLog({ clock, maxFileBytes, maxFiles: Math.max(1, spec.log.maxFiles) });
    this.emit({ type: 'create' });
  }

  get isRunning(): boolean {
    return this.process !== null;
  }

  info(): ContainerInfo {
    const { spec, isRunning } = this;
    const published = spec.ports
      .map((port) => `${port.ip || '0.0.0.0'}:${port.host_port} → ${port.container_port}/${port.protocol}`)
      .sort();
    return {
      id: this.id,
      name: this.name,
      internalId: spec.internalId || null,
      role: spec.hostId ? spec.role : null,
      hostId: spec.hostId || null,
      definitionHash: spec.definitionHash,
      status: this.status,
      running: isRunning,
      pid: isRunning ? 4_000_000 + this.runs : null,
      exitCode: isRunning || this.finishedAt === null ? null : this.exitCode,
      oomKilled: this.oomKilled,
      stoppedByUser: this.stoppedByUser && !isRunning,
      error: this.error,
      startedAt: this.startedAt,
      finishedAt: this.finishedAt,
      tty: spec.tty,
      published,
    };
  }

  start(): void {
    this.error = '';
    this.runs += 1;
    this.status = 'running';
    this.startedAt = this.options.clock.ms;
    this.stoppedByUser = false;
    this.isInputOver = false;
    this.log.begin();
    const process = new FakeProcess({
      spec: this.spec,
      program: this.options.program(),
      onOutput: (stream, data) => this.output(stream, data),
      onExit: (exit) => void this.exited(process, exit),
      onRead: () => this.unblock(),
    });
    this.process = process;
    this.emit({ type: 'start' });
    // The program's first act comes a turn after the engine's.
    setImmediate(() => {
      process.run();
      for (const data of this.early.splice(0)) process.take(data);
    });
  }

  /** Of the same size nothing is told. */
  sizeTerminal(): void {
    if (this.spec.tty && this.process) this.process.sizeTerminal();
  }

  /** By a process in the container: the engine doesn't know of it. */
  signalInside(name: string): void {
    this.process?.signal(name);
  }

  /**
   * As `docker kill`; resolves when the engine would answer: for SIGKILL, when it has ended. A paused one goes on for it. With
   * `isStop` it comes of a stop or a removal, of which Podman tells nothing.
   */
  async signal(name: string, { isStop = false }: { isStop?: boolean } = {}): Promise<void> {
    const { process } = this;
    const { isPodman } = this.options;
    this.status = 'running';
    this.stoppedByUser = isPodman;
    process?.signal(name);
    if (!isPodman || !isStop) this.emit({ type: 'kill', signal: isPodman ? null : name });
    if (name === 'SIGKILL') await this.stopped();
  }

  /** Resolves when nothing runs. */
  stopped(): Promise<void> {
    return this.isRunning ? new Promise((resolve) => this.onStopped.push(resolve)) : Promise.resolve();
  }

  pause(isPaused: boolean): void {
    this.status = isPaused ? 'paused' : 'running';
    this.emit({ type: isPaused ? 'pause' : 'unpause' });
  }

  attach(): FakeAttachment {
    const attachment = new FakeAttachment({
      tty: this.spec.tty,
      onInput: (data, taken) => this.input(data, taken),
      onClose: (closed) => {
        this.attachments.delete(closed);
        // Podman's program reads the end of its input then.
        if (this.options.isPodman && !this.spec.tty && this.isRunning) this.isInputOver = true;
      },
      cut: this.options.cut,
    });
    this.attachments.add(attachment);
    return attachment;
  }

  /** Every connection to it breaks, the container goes on. */
  breakAttachments(): void {
    for (const attachment of [...this.attachments]) attachment.break();
  }

  /** As `docker rm -f`; of several at once the first one does it. */
  remove(): Promise<void> {
    this.removal ??= this.removeOnce();
    return this.removal;
  }

  private async removeOnce(): Promise<void> {
    if (this.isRunning) await this.signal('SIGKILL', { isStop: true });
    this.status = 'removing';
    await turn();
    for (const attachment of [...this.attachments]) attachment.finish();
    this.emit({ type: 'destroy' });
  }

  private output(stream: StreamName, data: Buffer): void {
    for (const attachment of this.attachments) attachment.output(stream, data);
    this.log.write(stream, data);
  }

  private input(data: Buffer, taken: () => void): void {
    if (this.isInputOver) {
      taken();
      return;
    }
    if (!this.process) this.early.push(data);
    else this.process.take(data);
    if ((this.process?.unread ?? 0) > pipeBytes) this.blocked.push(taken);
    else taken();
  }

  private unblock(): void {
    if ((this.process?.unread ?? 0) <= pipeBytes) for (const taken of this.blocked.splice(0)) taken();
  }

  /** First the end of its output, then its state, then the news, each in a turn of its own. */
  private async exited(process: FakeProcess, { code, oom }: ProcessExit): Promise<void> {
    const late = oom ? this.options.lateMemory() : null;
    if (oom && late === null && !this.options.isPodman) this.emit({ type: 'oom' });
    await turn();
    this.log.end();
    for (const attachment of [...this.attachments]) attachment.finish();
    await turn();
    if (this.process !== process) return;
    this.process = null;
    this.early = [];
    for (const taken of this.blocked.splice(0)) taken();
    this.status = 'exited';
    this.exitCode = code;
    this.oomKilled = oom && late === null;
    this.finishedAt = this.options.clock.ms;
    this.emit({ type: 'die', exitCode: code });
    for (const wake of this.onStopped.splice(0)) wake();
    if (late) setTimeout(() => this.tellMemory(late), late.afterMs);
  }

  /** The kernel kills a child of its program for memory. */
  killChild(): void {
    this.emit({ type: 'oom' });
  }

  private tellMemory({ by }: LateMemory): void {
    if (by === 'mark') this.oomKilled = true;
    else this.emit({ type: 'oom' });
  }

  private emit(event: EventParts): void {
    const { spec, id } = this;
    this.options.emit({ ...event, id, internalId: spec.internalId || null, at: this.options.clock.ms });
  }
}

type EventParts =
  | { type: 'create' | 'start' | 'destroy' | 'oom' | 'pause' | 'unpause' }
  | { type: 'kill'; signal: string | null }
  | { type: 'die'; exitCode: number };

export function conflict(what: string, words: string): LightdeckError {
  return new LightdeckError('conflict', `Could not ${what}: ${words}.`);
}
