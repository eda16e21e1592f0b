import { randomUUID } from 'node:crypto';
import { chmodSync } from 'node:fs';
import type {
  ContainerInfo,
  ContainerSpec,
  Engine,
  EngineEvent,
  EngineLogQuery,
  EngineMonitor,
  LogEntry,
} from '../../../main/docker/contract.ts';
import { Demux } from '../../../main/docker/demux.ts';
import { noResourceSettings } from '../../../shared/model/resources.ts';
import type { OnEnd } from '../../support/cleanup.ts';
import type { Outside } from '../../support/fake-outside.ts';
import { busyboxName } from '../../support/images.ts';
import { tempDir } from '../../support/temp.ts';
import { until } from '../../support/until.ts';
import { type ProgramName, programs } from './programs.ts';

/** What a kind of engine must give so that the expectations can be tried on it. */
export interface LabParts {
  engine: Engine;
  /** Of `hostId`; started, and its engine is up. */
  monitor: EngineMonitor;
  hostId: string;
  outside: Outside;
  /** Frees what was made: the container and its network. */
  discard: (id: string, spec: ContainerSpec) => Promise<void>;
  onEnd: OnEnd;
}

export interface Attached {
  text: () => string;
  /** The bytes as they came, with frames if there are any. */
  raw: () => Buffer;
  write: (text: string) => void;
  close: () => void;
  readonly isClosed: boolean;
}

/** One engine, fake or real, with what every expectation needs. */
export class EngineLab {
  readonly engine: Engine;
  readonly monitor: EngineMonitor;
  readonly hostId: string;
  readonly outside: Outside;
  readonly events: EngineEvent[] = [];
  private readonly parts: LabParts;

  constructor(parts: LabParts) {
    this.parts = parts;
    this.engine = parts.engine;
    this.monitor = parts.monitor;
    this.hostId = parts.hostId;
    this.outside = parts.outside;
    parts.onEnd(parts.monitor.onEvent((event) => this.events.push(event)));
  }

  spec(program: ProgramName, more: Partial<ContainerSpec> = {}): ContainerSpec {
    const internalId = `contract-${randomUUID().slice(0, 8)}`;
    const volumePath = tempDir(this.parts.onEnd);
    chmodSync(volumePath, 0o777);
    return {
      name: `lightd-${internalId}`,
      internalId,
      hostId: this.hostId,
      role: 'server',
      definitionHash: 'hash-1',
      image: busyboxName,
      command: programs[program].shell,
      environment: {},
      user: null,
      tty: false,
      volumePath,
      mounts: {},
      ports: [],
      limits: { memory: 32 * 1024 * 1024, cpu: null },
      resources: noResourceSettings,
      network: `lightd-${internalId}`,
      log: { maxSizeMiB: 10, maxFiles: 2 },
      ...more,
    };
  }

  /** Removed at the end of the test. */
  async create(spec: ContainerSpec): Promise<string> {
    const id = await this.engine.create(spec);
    this.parts.onEnd(() => this.parts.discard(id, spec));
    return id;
  }

  /** Made and started. */
  async run(program: ProgramName, more: Partial<ContainerSpec> = {}): Promise<string> {
    const id = await this.create(this.spec(program, more));
    await this.engine.start(id);
    return id;
  }

  /** Made, started and ended. */
  async runToEnd(program: ProgramName, more: Partial<ContainerSpec> = {}): Promise<string> {
    const id = await this.run(program, more);
    await this.ended(id);
    return id;
  }

  ended(id: string): Promise<ContainerInfo> {
    return until(
      async () => {
        const info = await this.engine.inspect(id);
        return info !== null && !info.running && info;
      },
      { what: `the end of ${id}`, everyMs: 10 },
    );
  }

  async attach(id: string, tty = false): Promise<Attached> {
    const controller = new AbortController();
    this.parts.onEnd(() => controller.abort());
    const { stream } = await this.engine.attach(id, { tty, stdin: true }, controller.signal);
    const demux = new Demux();
    const chunks: Buffer[] = [];
    let text = '';
    let isClosed = false;
    stream.on('error', () => {});
    stream.once('close', () => {
      isClosed = true;
    });
    stream.on('data', (chunk: Buffer) => {
      // Only good for now: it is read into the same block again.
      chunks.push(Buffer.from(chunk));
      if (tty) text += chunk.toString();
      else demux.push(chunk, (_stream, data) => (text += data.toString()));
    });
    return {
      text: () => text,
      raw: () => Buffer.concat(chunks),
      write: (data) => void stream.write(data),
      close: () => controller.abort(),
      get isClosed() {
        return isClosed;
      },
    };
  }

  async readLog(id: string, query: Partial<EngineLogQuery> = {}): Promise<LogEntry[]> {
    const entries: LogEntry[] = [];
    const all = { tty: false, follow: false, ...query };
    for await (const batch of this.engine.readLog(id, all, AbortSignal.timeout(30_000)))
      entries.push(...batch);
    return entries;
  }

  /** What was told of a container so far, in short. */
  told(id: string): string[] {
    return this.events
      .filter((event) => event.id === id)
      .map((event) => {
        if (event.type === 'kill') return `kill ${event.signal}`;
        return event.type === 'die' ? `die ${event.exitCode}` : event.type;
      });
  }
}

/** Something that is true of every engine, fake or real. */
export interface Expectation {
  title: string;
  check: (lab: EngineLab) => Promise<void>;
}

export const textOf = (entries: LogEntry[]): string => entries.map(({ data }) => data.toString()).join('');

export const see = (what: string, check: () => boolean | Promise<boolean>): Promise<true> =>
  until(check, { what, everyMs: 10 });
