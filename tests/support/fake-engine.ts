import { existsSync } from 'node:fs';
import { resourceUpdate } from '../../main/docker/container-resources.ts';
import type {
  Attachment,
  ContainerInfo,
  ContainerSpec,
  Engine,
  EngineEvent,
  EngineLogQuery,
  HelperEnd,
  HelperSpec,
  ImageFacts,
  LocalImage,
  LogEntry,
  ProgramSignal,
  PublishedPort,
  PullProgress,
  ServerNetwork,
  StatsReading,
  Stranger,
} from '../../main/docker/contract.ts';
import {
  checkContainerName,
  checkImageName,
  isContainerName,
  isImageName,
} from '../../main/docker/engine-names.ts';
import type { EngineKind } from '../../main/docker/engine-target.ts';
import { sinceParameter } from '../../main/docker/log-time.ts';
import { Emitter } from '../../main/lib/emitter.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { ServerResources } from '../../shared/model/resources.ts';
import { CallBook, turn, unreachable } from './fake-calls.ts';
import { conflict, FakeContainer, type LateMemory } from './fake-container.ts';
import { FakeEvents } from './fake-events.ts';
import { FakeHelpers } from './fake-helpers.ts';
import { FakeImages } from './fake-images.ts';
import { EngineClock } from './fake-log.ts';
import { FakeNetworks, overlaps } from './fake-networks.ts';
import { isSignal, type Program, untilSignal } from './fake-process.ts';

/** The engine takes no smaller limit, in bytes. */
const minMemory = 6 * 1024 * 1024;

export interface FakeEngineOptions {
  /** Default: as Docker. Podman tells less of what others do, and keeps no input. */
  kind?: EngineKind;
  /** Unix milliseconds. */
  now?: () => number;
  /** Cuts what attachments get, as networks do. */
  cut?: (bytes: Buffer) => Buffer[];
}

/**
 * A container engine in memory that answers as a real one does (the expectations of engine-contract.ts hold for both). What runs in a
 * container is a script that was given for its command. Lost and back: see FakeMonitor.
 */
export class FakeEngine implements Engine {
  readonly book = new CallBook();
  readonly events = new FakeEvents();
  readonly images = new FakeImages();
  readonly networks = new FakeNetworks();
  readonly helpers = new FakeHelpers();
  readonly clock: EngineClock;
  /** True when it answers again, false when it is gone. */
  readonly power = new Emitter<boolean>((error) => {
    throw error;
  });
  /** By id. */
  readonly containers = new Map<string, FakeContainer>();
  private readonly options: FakeEngineOptions;
  private readonly programs = new Map<string, Program>();

  constructor(options: FakeEngineOptions = {}) {
    this.options = options;
    this.clock = new EngineClock(options.now);
  }

  get kind(): EngineKind {
    return this.options.kind ?? 'docker';
  }

  get keepsInput(): boolean {
    return this.kind === 'docker';
  }

  /** What runs in containers of this command. Without one it is silent until a signal ends it. */
  program(command: string, program: Program): void {
    this.programs.set(command, program);
  }

  /** By id, the beginning of one, or name. */
  find(id: string): FakeContainer | null {
    for (const container of this.containers.values()) if (container.name === id) return container;
    for (const container of this.containers.values()) if (container.id.startsWith(id)) return container;
    return null;
  }

  /** As `find`; throws if there is none. */
  container(id: string): FakeContainer {
    return this.mustFind(id, `find ${id}`);
  }

  inspect(id: string): Promise<ContainerInfo | null> {
    return this.book.run('inspect', id, () => (isContainerName(id) ? (this.find(id)?.info() ?? null) : null));
  }

  list(hostId: string): Promise<ContainerInfo[]> {
    return this.book.run('list', hostId, () =>
      [...this.containers.values()].filter(({ spec }) => spec.hostId === hostId).map((one) => one.info()),
    );
  }

  strangers(): Promise<Stranger[]> {
    return this.book.run('strangers', '', () =>
      [...this.containers.values()]
        .filter(({ spec, isRunning }) => isRunning && spec.hostId === '')
        .map((one) => ({
          ...one.info(),
          image: one.spec.image,
          takesInput: true,
          endsInput: false,
          ports: one.spec.ports,
          ...one.limits.limits,
          stop: { signal: 'SIGTERM', timeout: 10 },
          restartPolicy: null,
          removesItself: false,
        })),
    );
  }

  published(): Promise<PublishedPort[]> {
    return this.book.run('published', '', () =>
      [...this.containers.values()]
        .filter(({ isRunning }) => isRunning)
        .flatMap(({ name, spec }) =>
          spec.ports.map(({ ip, host_port, protocol }) => ({ name, ip, port: host_port, protocol })),
        ),
    );
  }

  create(spec: ContainerSpec): Promise<string> {
    return this.book.run('create', spec.name, () => {
      checkContainerName(spec.name);
      checkImageName(spec.image);
      const what = `create container ${spec.name}`;
      this.networks.ensure({ name: spec.network, hostId: spec.hostId, internalId: spec.internalId });
      if (!this.images.has(spec.image)) {
        throw new LightdeckError(
          'not_found',
          `Could not ${what}: No such image: ${spec.image}. Pull the image first.`,
        );
      }
      if (this.find(spec.name)?.name === spec.name)
        throw conflict(what, `The container name "/${spec.name}" is already in use`);
      if (!existsSync(spec.volumePath)) {
        throw new LightdeckError(
          'engine_refused',
          `Could not ${what}: bind source path does not exist: ${spec.volumePath}. The folder is missing on the host, or the engine runs in a virtual machine that does not share it.`,
        );
      }
      const container = new FakeContainer({
        spec,
        clock: this.clock,
        program: () => this.programs.get(spec.command) ?? untilSignal,
        emit: (event: EngineEvent) => this.events.emit({ hostId: spec.hostId, event }),
        cut: this.options.cut,
        lateMemory: () => this.lateMemory,
        isPodman: this.kind === 'podman',
      });
      this.containers.set(container.id, container);
      return container.id;
    });
  }

  start(id: string): Promise<void> {
    return this.book.run('start', id, () => {
      checkContainerName(id);
      this.startNow(this.mustFind(id, `start container ${id}`));
    });
  }

  /** Whoever asks for it. */
  startNow(container: FakeContainer): void {
    const what = `start container ${container.id}`;
    if (container.status === 'paused')
      throw conflict(what, 'cannot start a paused container, try unpause instead');
    if (container.isRunning) return;
    const refusal = this.refusalToStart(container);
    if (refusal) {
      container.error = refusal.message;
      throw refusal;
    }
    container.start();
  }

  sizeTerminal(id: string): Promise<boolean> {
    return this.book.run('sizeTerminal', id, () => {
      const container = isContainerName(id) ? this.find(id) : null;
      if (!container?.isRunning) return false;
      container.sizeTerminal();
      return true;
    });
  }

  signal(id: string, signal: string): Promise<boolean> {
    return this.book.run('signal', id, async () => {
      const container = isContainerName(id) ? this.find(id) : null;
      if (!isSignal(signal))
        throw new LightdeckError(
          'engine_refused',
          `Could not send ${signal} to container ${id}: Invalid signal: ${signal}.`,
        );
      if (!container?.isRunning) return false;
      await container.signal(signal);
      return true;
    });
  }

  /** Null: full memory is told before the end that comes of it. */
  lateMemory: LateMemory | null = null;

  startHelper(spec: HelperSpec): Promise<string> {
    return this.book.run('startHelper', spec.name, () => this.helpers.start(spec));
  }

  runHelper(id: string, command: string[]): Promise<HelperEnd> {
    return this.book.run('runHelper', id, () => this.helpers.run(id, command));
  }

  isRootless(): Promise<boolean> {
    return this.book.run('isRootless', '', () => this.helpers.rootless);
  }

  /** Whether its images have a shell that finds the programs a signal is meant for. */
  hasShell = true;

  /** Whether its games run in the background while `tail` shows their log. */
  isBehind = false;

  /** As one round in a container whose only program has PID 7. */
  signalPrograms(id: string, { signal, earlier, onlyBehind }: ProgramSignal): Promise<number[] | null> {
    return this.book.run('signalPrograms', id, async () => {
      const container = isContainerName(id) ? this.find(id) : null;
      const isStopping = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'].includes(signal);
      if (!container?.isRunning || !this.hasShell || !isStopping) return null;
      if (onlyBehind && !this.isBehind) return null;
      if (earlier.length === 0) container.signalInside(signal);
      return [7];
    });
  }

  remove(id: string): Promise<void> {
    return this.book.run('remove', id, async () => {
      const container = isContainerName(id) ? this.find(id) : null;
      if (container) await this.removeNow(container);
    });
  }

  /** Whoever asks for it. Of two at once each resolves when the name is free. */
  async removeNow(container: FakeContainer): Promise<void> {
    await container.remove();
    this.containers.delete(container.id);
  }

  async update(id: string, before: ServerResources, after: ServerResources): Promise<string[]> {
    checkContainerName(id);
    if (Object.keys(resourceUpdate(before, after)).length === 0) return [];
    return this.book.run('update', id, () => {
      const what = `change the resources of container ${id}`;
      const container = this.mustFind(id, what);
      if (after.limits.memory !== null && after.limits.memory < minMemory)
        throw new LightdeckError('engine_refused', `Could not ${what}: Minimum memory limit allowed is 6MB.`);
      container.limits = after;
      return [];
    });
  }

  gateway(network: ServerNetwork): Promise<string | null> {
    return this.book.run('gateway', network.name, () => {
      this.networks.ensure(network);
      return '10.213.0.1';
    });
  }

  listNetworks(hostId: string): Promise<ServerNetwork[]> {
    return this.book.run('listNetworks', hostId, () => this.networks.list(hostId));
  }

  removeNetwork(name: string, hostId: string): Promise<void> {
    return this.book.run('removeNetwork', name, () => {
      const inUse = [...this.containers.values()].some(
        ({ spec, isRunning }) => isRunning && spec.network === name,
      );
      if (!inUse) this.networks.remove(name, hostId);
    });
  }

  async attach(
    id: string,
    _options: { tty: boolean; stdin: boolean },
    signal: AbortSignal,
  ): Promise<Attachment> {
    const what = `attach to container ${id}`;
    // Until it is handed out nobody else hears of its end.
    const unheard = (): void => {};
    const stream = await this.book.run('attach', id, () => {
      checkContainerName(id);
      const container = this.mustFind(id, what);
      if (container.status === 'paused')
        throw conflict(what, `container ${container.id} is paused, unpause the container before attach`);
      signal.throwIfAborted();
      const opened = container.attach().on('error', unheard);
      signal.addEventListener('abort', () => opened.destroy(), { once: true });
      return opened;
    });
    signal.throwIfAborted();
    if (stream.destroyed) throw unreachable(what);
    stream.off('error', unheard);
    return { stream };
  }

  async *readLog(id: string, query: EngineLogQuery, signal: AbortSignal): AsyncGenerator<LogEntry[]> {
    checkContainerName(id);
    if (signal.aborted) return;
    if (query.since !== undefined && sinceParameter(query.since) === null)
      throw new LightdeckError('invalid', `${query.since} is not a time of the engine's log.`);
    const what = `read the log of container ${id}`;
    const { signal: lost } = this.book;
    const container = await this.book.run('readLog', id, () => this.mustFind(id, what));
    for await (const batch of container.log.read(query, AbortSignal.any([signal, lost]))) {
      if (lost.aborted) break;
      yield batch;
    }
    if (lost.aborted && !signal.aborted) throw unreachable(what);
  }

  imageExists(image: string): Promise<boolean> {
    return this.book.run('imageExists', image, () => isImageName(image) && this.images.has(image));
  }

  imageFacts(image: string): Promise<ImageFacts | null> {
    return this.book.run('imageFacts', image, () => (isImageName(image) ? this.images.facts(image) : null));
  }

  listImages(): Promise<LocalImage[]> {
    return this.book.run('listImages', '', () => this.images.list());
  }

  async pull(
    image: string,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<void> {
    checkImageName(image);
    signal.throwIfAborted();
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    const pulled = this.book.run('pull', image, () => this.images.pull(image, onProgress));
    aborted.catch(() => {});
    pulled.catch(() => {});
    await Promise.race([pulled, aborted]);
  }

  registryDigest(image: string): Promise<string> {
    return this.book.run('registryDigest', image, () => this.images.registryDigest(image));
  }

  removeImage(image: string): Promise<boolean> {
    return this.book.run('removeImage', image, () => this.images.remove(image));
  }

  statsOnce(id: string): Promise<StatsReading | null> {
    return this.book.run('statsOnce', id, () => {
      checkContainerName(id);
      const container = this.find(id);
      if (!container?.isRunning) return null;
      return {
        at: this.clock.ms,
        cpuNanos: 1_000_000 * container.runs,
        memoryUsage: 1024 * 1024,
        memoryLimit: container.limits.limits.memory ?? 2 ** 33,
        networkRx: 0,
        networkTx: 0,
        blockRead: 0,
        blockWrite: 0,
      };
    });
  }

  /** Its connections break and no call is answered any more; the containers go on, or end with it. Then all monitors notice. */
  async lose({ containers = 'run on' }: { containers?: 'run on' | 'end' } = {}): Promise<void> {
    this.book.lose();
    this.events.hold();
    for (const container of this.containers.values()) {
      container.breakAttachments();
      if (containers === 'end' && container.isRunning) await container.signal('SIGKILL');
    }
    await turn();
    this.power.emit(false);
  }

  /** Answers again; then tells what happened meanwhile (`forgetful`: it does not, as one that was restarted). */
  async restore({ forgetful = false }: { forgetful?: boolean } = {}): Promise<void> {
    this.book.restore();
    this.power.emit(true);
    this.events.release((events) => (forgetful ? [] : events));
    await turn();
  }

  /** As one that is being stopped: no new connection is taken, while open ones go on. `lose` follows. */
  isStopping = false;

  get isUp(): boolean {
    return !this.book.signal.aborted;
  }

  private mustFind(id: string, what: string): FakeContainer {
    const found = this.find(id);
    if (found) return found;
    throw new LightdeckError('not_found', `Could not ${what}: No such container: ${id}.`);
  }

  private refusalToStart({ id, spec }: FakeContainer): LightdeckError | null {
    const what = `start container ${id}`;
    if (!this.networks.has(spec.network))
      return new LightdeckError('not_found', `Could not ${what}: network ${spec.network} not found.`);
    for (const other of this.containers.values()) {
      const taken =
        other.isRunning && spec.ports.find((port) => other.spec.ports.some((held) => overlaps(port, held)));
      if (taken) {
        const words = `Bind for ${taken.ip}:${taken.host_port} failed: port is already allocated. Another program or container holds that port: stop it, or choose another port.`;
        return new LightdeckError('engine_refused', `Could not ${what}: ${words}`);
      }
    }
    return null;
  }
}
