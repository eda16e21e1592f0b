import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { ServerResources } from '../../shared/model/resources.ts';
import { pause } from '../lib/pause.ts';
import { containerInfo, wasStoppedByUser } from './container-facts.ts';
import {
  type CreateBody,
  containerOptions,
  labels,
  layerOptions,
  terminalSize,
} from './container-options.ts';
import { resourceUpdate } from './container-resources.ts';
import type {
  Attachment,
  ContainerInfo,
  ContainerSpec,
  Engine,
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
} from './contract.ts';
import { dialGet, type EngineClient, longCallLimitMs, openEngineClient } from './engine-client.ts';
import { engineStatus, isOfStopped } from './engine-errors.ts';
import { factsOfImage, hasImage, imagesOf } from './engine-images.ts';
import { engineLacks } from './engine-lacks.ts';
import { checkContainerName, checkImageName, isContainerName } from './engine-names.ts';
import { EngineNetworks } from './engine-network.ts';
import { attachTo, openEventFeed, podmanPrefix, pullImage, readLogOf } from './engine-streams.ts';
import type { EngineKind, EngineTarget } from './engine-target.ts';
import { helperOptions, runInHelper } from './helper-container.ts';
import { registryDigest, removeImage } from './image-registry.ts';
import { publishedPorts } from './published-ports.ts';
import { isRootless } from './rootless.ts';
import { signalPrograms } from './signal-programs.ts';
import { statsReading } from './stats-reading.ts';
import { stranger } from './strangers.ts';
import { WritableLayers } from './writable-layers.ts';

/** Containers that are inspected at the same time while listing. */
const listWidth = 8;
/** Limit of what is nice to know, in ms: who waits for the engine waits for it, too. */
const infoLimitMs = 1_000;
/** Most containers that are looked at to find those of others. */
const mostStrangers = 200;
/** Between two looks at a container that somebody else removes. */
const removalPollMs = 50;

const versionSchema = z.object({ Version: z.string(), ApiVersion: z.string() });
const summariesSchema = z.array(z.object({ Id: z.string() }));
const createdSchema = z.object({ id: z.string() });
const updatedSchema = z.object({ Warnings: z.array(z.string()).nullish() });

/** An engine that its owner must close; and what only the monitor asks of it. */
export interface OwnedEngine extends Engine {
  version(): Promise<{ version: string; apiVersion: string }>;
  /** See `engineLacks`. Never rejects: an engine that doesn't say lacks nothing that we know of. */
  lacks(): Promise<string[]>;
  /** See `openEventFeed`. */
  events(options: { hostId: string; since: number | null; signal: AbortSignal }): Promise<Readable>;
  /** Ends the connections of bounded calls; open streams end by their own signals. */
  close(): void;
}

export interface EngineOptions {
  target: EngineTarget;
  /** Default: Docker. */
  kind?: EngineKind;
  clock?: () => number;
}

/** The engine at `target`. Loads dockerode; makes no connection yet. */
export async function createEngine(options: EngineOptions): Promise<OwnedEngine> {
  const { target, kind = 'docker', clock = Date.now } = options;
  return new DockerodeEngine(await openEngineClient(target, kind), clock);
}

class DockerodeEngine implements OwnedEngine {
  private readonly client: EngineClient;
  private readonly clock: () => number;
  private readonly networks: EngineNetworks;
  private readonly layers: WritableLayers;
  private rootless: Promise<boolean> | null = null;

  constructor(client: EngineClient, clock: () => number) {
    this.client = client;
    this.clock = clock;
    this.networks = new EngineNetworks(client);
    this.layers = new WritableLayers(() => this.info());
  }

  get keepsInput(): boolean {
    return !this.isPodman;
  }

  private get isPodman(): boolean {
    return this.client.kind === 'podman';
  }

  async version(): Promise<{ version: string; apiVersion: string }> {
    return this.client.call('ask the engine for its version', async (docker, abortSignal) => {
      const answer = await dialGet(docker, { path: '/version', abortSignal });
      const { Version, ApiVersion } = versionSchema.parse(answer);
      return { version: Version, apiVersion: ApiVersion };
    });
  }

  private info(): Promise<unknown> {
    return this.client.call('ask the engine about itself', (docker) => docker.info());
  }

  isRootless(): Promise<boolean> {
    this.rootless ??= this.info().then(isRootless, (error: unknown) => {
      // Asked again the next time.
      this.rootless = null;
      throw error;
    });
    return this.rootless;
  }

  async lacks(): Promise<string[]> {
    const { client } = this;
    try {
      const what = 'ask the engine what it can do';
      return engineLacks(await client.call(what, (docker) => docker.info(), infoLimitMs), client.kind);
    } catch {
      return [];
    }
  }

  async inspect(id: string): Promise<ContainerInfo | null> {
    if (!isContainerName(id)) return null;
    return this.client.call(`inspect container ${id}`, async (docker, abortSignal) => {
      const inspected = await unless([404], docker.getContainer(id).inspect({ abortSignal }));
      if (inspected === null) return null;
      const info = containerInfo(inspected);
      if (!this.isPodman || info.running || info.finishedAt === null) return info;
      const path = `${podmanPrefix}/containers/${info.id}/json`;
      const own = await unless([404], dialGet(docker, { path, abortSignal }));
      return { ...info, stoppedByUser: own !== null && wasStoppedByUser(own) };
    });
  }

  async list(hostId: string): Promise<ContainerInfo[]> {
    const ids = await this.client.call('list containers', async (docker, abortSignal) => {
      const filters = { label: [`${labels.host}=${hostId}`] };
      const answer = await docker.listContainers({ all: true, filters, abortSignal });
      return summariesSchema.parse(answer).map((summary) => summary.Id);
    });
    // The list itself knows neither exit codes nor times. What vanishes in between is left out.
    const all: ContainerInfo[] = [];
    for (let from = 0; from < ids.length; from += listWidth) {
      const info = await Promise.all(ids.slice(from, from + listWidth).map((id) => this.inspect(id)));
      all.push(...info.filter((one) => one !== null));
    }
    return all;
  }

  async strangers(): Promise<Stranger[]> {
    return this.client.call('list containers', async (docker, abortSignal) => {
      const ids = summariesSchema.parse(await docker.listContainers({ abortSignal })).slice(0, mostStrangers);
      const looks = ids.map(({ Id }) => unless([404], docker.getContainer(Id).inspect({ abortSignal })));
      const all = (await Promise.all(looks)).map((one) => (one === null ? null : stranger(one)));
      return all.filter((one) => one !== null);
    });
  }

  async published(): Promise<PublishedPort[]> {
    return this.client.call('ask for published ports', async (docker, abortSignal) =>
      publishedPorts(await docker.listContainers({ abortSignal })),
    );
  }

  async create(spec: ContainerSpec): Promise<string> {
    checkContainerName(spec.name);
    checkImageName(spec.image);
    const { network, hostId, internalId } = spec;
    await this.networks.ensure({ name: network, hostId, internalId });
    const options = containerOptions(spec, this.client.kind);
    if (!(await this.layers.mayBeBounded())) return this.createWith(spec.name, options);
    const { HostConfig } = options;
    try {
      return await this.createWith(spec.name, { ...options, HostConfig: { ...HostConfig, ...layerOptions } });
    } catch (error) {
      if (!this.layers.isRefusal(error)) throw error;
      return this.createWith(spec.name, options);
    }
  }

  private createWith(name: string, options: CreateBody): Promise<string> {
    // Told apart, or dockerode writes the whole definition with its secrets into the URL too.
    const parts = { _query: { name }, _body: options };
    return this.client.call(
      `create container ${name}`,
      async (docker, abortSignal) =>
        createdSchema.parse(await docker.createContainer({ ...parts, abortSignal })).id,
      longCallLimitMs,
    );
  }

  async start(id: string): Promise<void> {
    checkContainerName(id);
    await this.client.call(
      `start container ${id}`,
      (docker, abortSignal) => unless([304], docker.getContainer(id).start({ abortSignal })),
      longCallLimitMs,
    );
  }

  async sizeTerminal(id: string): Promise<boolean> {
    if (!isContainerName(id)) return false;
    return this.client.call(`size the terminal of container ${id}`, async (docker, abortSignal) => {
      const { rows: h, columns: w } = terminalSize;
      const sized = docker.getContainer(id).resize({ h, w, abortSignal });
      return (
        (await unless(
          [404, 409],
          sized.then(() => true),
        )) ?? false
      );
    });
  }

  async signal(id: string, signal: string): Promise<boolean> {
    if (!isContainerName(id)) return false;
    return this.client.call(`send ${signal} to container ${id}`, async (docker, abortSignal) => {
      const sent = docker.getContainer(id).kill({ signal, abortSignal });
      return (
        (await unless(
          [404, 409],
          sent.then(() => true),
        )) ?? false
      );
    });
  }

  async signalPrograms(id: string, request: ProgramSignal): Promise<number[] | null> {
    return isContainerName(id) ? signalPrograms(this.client, id, request) : null;
  }

  async remove(id: string): Promise<void> {
    if (!isContainerName(id)) return;
    await this.client.call(
      `remove container ${id}`,
      async (docker, abortSignal) => {
        const container = docker.getContainer(id);
        try {
          await unless([404], container.remove({ force: true, v: true, abortSignal }));
        } catch (error) {
          if (engineStatus(error) !== 409) throw error;
          // Another removal is under way. It comes to the same, but only when it is over is the name free.
          while ((await unless([404], container.inspect({ abortSignal }))) !== null) {
            await pause(removalPollMs, { signal: abortSignal });
            abortSignal.throwIfAborted();
          }
        }
      },
      longCallLimitMs,
    );
  }

  async update(id: string, before: ServerResources, after: ServerResources): Promise<string[]> {
    checkContainerName(id);
    const body = resourceUpdate(before, after);
    if (Object.keys(body).length === 0) return [];
    return this.client.call(`change the resources of container ${id}`, async (docker, abortSignal) => {
      const answer = await docker.getContainer(id).update({ ...body, abortSignal });
      return updatedSchema.parse(answer).Warnings ?? [];
    });
  }

  gateway(network: ServerNetwork): Promise<string | null> {
    return this.networks.gateway(network);
  }

  listNetworks(hostId: string): Promise<ServerNetwork[]> {
    return this.networks.list(hostId);
  }

  removeNetwork(name: string, hostId: string): Promise<void> {
    return this.networks.remove(name, hostId);
  }

  async attach(
    id: string,
    options: { tty: boolean; stdin: boolean },
    signal: AbortSignal,
  ): Promise<Attachment> {
    checkContainerName(id);
    return attachTo(this.client, id, { stdin: options.stdin, signal });
  }

  readLog(id: string, query: EngineLogQuery, signal: AbortSignal): AsyncIterable<LogEntry[]> {
    checkContainerName(id);
    return readLogOf(this.client, id, query, signal);
  }

  async startHelper(spec: HelperSpec): Promise<string> {
    checkContainerName(spec.name);
    checkImageName(spec.image);
    const id = await this.createWith(spec.name, helperOptions(spec));
    try {
      await this.start(id);
      return id;
    } catch (error) {
      await this.remove(id).catch(() => {});
      throw error;
    }
  }

  runHelper(id: string, command: string[]): Promise<HelperEnd> {
    checkContainerName(id);
    return runInHelper(this.client, id, command);
  }

  imageExists(image: string): Promise<boolean> {
    return hasImage(this.client, image);
  }

  imageFacts(image: string): Promise<ImageFacts | null> {
    return factsOfImage(this.client, image);
  }

  listImages(): Promise<LocalImage[]> {
    return imagesOf(this.client);
  }

  async pull(
    image: string,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<void> {
    checkImageName(image);
    await pullImage(this.client, image, { onProgress, clock: this.clock, signal });
  }

  registryDigest(image: string): Promise<string> {
    checkImageName(image);
    return registryDigest(this.client, image);
  }

  removeImage(image: string): Promise<boolean> {
    checkImageName(image);
    return removeImage(this.client, image);
  }

  async statsOnce(id: string): Promise<StatsReading | null> {
    checkContainerName(id);
    return this.client.call(`read the statistics of container ${id}`, async (docker, abortSignal) => {
      const options = { stream: false as const, 'one-shot': true, abortSignal };
      try {
        const answer = await unless([404, 409], docker.getContainer(id).stats(options));
        return answer === null ? null : statsReading(answer);
      } catch (error) {
        if (isOfStopped(error)) return null;
        throw error;
      }
    });
  }

  events(options: { hostId: string; since: number | null; signal: AbortSignal }): Promise<Readable> {
    return openEventFeed(this.client, options);
  }

  close(): void {
    this.client.close();
  }
}

/** The call's answer, or null if the engine answered with one of `statuses`, which means: that's how it is already. */
async function unless<T>(statuses: number[], call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    const status = engineStatus(error);
    if (status !== null && statuses.includes(status)) return null;
    throw error;
  }
}
