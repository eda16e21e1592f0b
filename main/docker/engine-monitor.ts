import { isDeepStrictEqual } from 'node:util';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { EndpointAttempt, EngineState } from '../../shared/model/host.ts';
import { Backoff } from '../lib/backoff.ts';
import { Emitter } from '../lib/emitter.ts';
import type { Log } from '../lib/log.ts';
import { pause } from '../lib/pause.ts';
import type { Engine, EngineEvent, EngineMonitor, EnginePlace } from './contract.ts';
import {
  type DiscoveryEnvironment,
  discoverEndpoints,
  type EndpointCandidate,
} from './endpoint-discovery.ts';
import { askPlaces, type FoundEngine, type SearchResult, searchEngine } from './endpoint-probe.ts';
import { EngineConnection } from './engine-connection.ts';
import { EventMemory } from './engine-events.ts';
import type { EngineFailure } from './engine-failure.ts';
import { distributionOf, engineHelp } from './engine-help.ts';
import { LostMemoryNews } from './lost-memory-news.ts';
import { MemoryKills } from './memory-kills.ts';

/**
 * All in ms. The longest wait leaves room for the listing within the 2 s of H3. An engine that was in use may be gone for
 * `othersAfterMs`, longer than its restart or update takes, before another one is used instead.
 */
const defaultTimings = {
  pingEveryMs: 5_000,
  answerLimitMs: 2_000,
  retryFirstMs: 250,
  retryMaxMs: 1_000,
  othersAfterMs: 120_000,
};
/** Nothing is there at all. An engine that hangs, or that refuses us, may have our containers running. */
const gone = new Set<EngineFailure['code']>(['missing', 'refused']);

export interface EngineMonitorOptions {
  /** Events of containers that another host made are not told. */
  hostId: string;
  /** See `machineEnvironment`. */
  environment: DiscoveryEnvironment;
  log: Log;
  clock?: () => number;
  timings?: Partial<typeof defaultTimings>;
}

/** The monitor, at rest: `start` makes it look for an engine (H1, H3). */
export function createEngineMonitor(options: EngineMonitorOptions): EngineMonitor {
  return new DockerMonitor(options);
}

class DockerMonitor implements EngineMonitor {
  private readonly options: EngineMonitorOptions;
  private readonly clock: () => number;
  private readonly timings: typeof defaultTimings;
  private readonly states: Emitter<EngineState>;
  private readonly events: Emitter<EngineEvent>;
  private memory = new EventMemory();
  private readonly lost: LostMemoryNews;
  private readonly stopping = new AbortController();
  private current: EngineState = { status: 'connecting', tried: [] };
  private connection: EngineConnection | null = null;
  /**
   * The endpoint that was in use: the servers' containers are there, so when it goes down we wait for it instead of taking
   * another engine where nothing is. Not for ever, unless the user named it: people go from one engine to another.
   */
  private kept: EndpointCandidate | null = null;
  /** Since when nothing has been there, by `performance.now()`. */
  private goneSince: number | null = null;
  private running: Promise<void> | null = null;
  /** Ends the wait between two searches. */
  private wake = new AbortController();
  /** Those who wait until the next search has ended. */
  private lookers: (() => void)[] = [];
  private distribution: string | null = null;

  constructor(options: EngineMonitorOptions) {
    this.options = options;
    this.clock = options.clock ?? Date.now;
    const kills = new MemoryKills();
    this.lost = new LostMemoryNews((id) => kills.hasJustKilled(id));
    this.timings = { ...defaultTimings, ...options.timings };
    const onError = (error: unknown) =>
      options.log.error({ err: error }, 'a listener of the engine monitor failed');
    this.states = new Emitter(onError);
    this.events = new Emitter(onError);
  }

  get state(): EngineState {
    return this.current;
  }

  get engine(): Engine {
    if (this.connection !== null) return this.connection.engine;
    const why =
      this.current.status === 'down'
        ? `${this.current.cause} ${this.current.help}`
        : 'Still looking for one; try again in a moment.';
    throw new LightdeckError('engine_unreachable', `The container engine can't be reached. ${why}`);
  }

  async isAccepting(): Promise<boolean> {
    return (await this.connection?.isAccepting()) ?? false;
  }

  onState(listener: (state: EngineState) => void): () => void {
    return this.states.on(listener);
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    return this.events.on(listener);
  }

  start(): void {
    if (this.running !== null || this.stopping.signal.aborted) return;
    this.running = this.run(this.stopping.signal).catch((error: unknown) => {
      if (!this.stopping.signal.aborted) this.options.log.error({ err: error }, 'the engine monitor ended');
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.tellLookers();
    this.states.clear();
    this.events.clear();
  }

  look(): Promise<void> {
    if (this.current.status === 'up' || this.running === null || this.stopping.signal.aborted)
      return Promise.resolve();
    return new Promise((resolve) => {
      this.lookers.push(resolve);
      this.wake.abort();
    });
  }

  async places(signal: AbortSignal): Promise<EnginePlace[]> {
    const { environment } = this.options;
    const { DOCKER_HOST: _, ...env } = environment.env;
    const named = await discoverEndpoints(environment);
    const usual = await discoverEndpoints({ ...environment, env, socketPath: null });
    const all = new Map([...usual, ...named].map((place) => [place.endpoint, place]));
    const options = { platform: environment.platform, limitMs: this.timings.answerLimitMs, signal };
    return askPlaces([...all.values()], options);
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { retryFirstMs, retryMaxMs } = this.timings;
    await this.readDistribution();
    const backoff = new Backoff({ first: retryFirstMs, max: retryMaxMs });
    while (!signal.aborted) {
      if (await this.tryOnce(signal).catch((error: unknown) => this.failed(error))) backoff.reset();
      this.tellLookers();
      this.wake = new AbortController();
      await pause(backoff.next(), { signal: AbortSignal.any([signal, this.wake.signal]) });
    }
  }

  private tellLookers(): void {
    for (const tell of this.lookers.splice(0)) tell();
  }

  private async readDistribution(): Promise<void> {
    try {
      this.distribution = distributionOf(
        (await this.options.environment.readFile('/etc/os-release')).toString(),
      );
    } catch {
      // Not every system has one; it only leads to the page of the guide.
    }
  }

  /** Nothing that goes wrong once may end the search for good. */
  private failed(error: unknown): false {
    if (!this.stopping.signal.aborted) this.options.log.error({ err: error }, 'looking for an engine failed');
    return false;
  }

  /** Looks, connects and stays until the engine is lost. True if it was up. */
  private async tryOnce(signal: AbortSignal): Promise<boolean> {
    const search = await this.search(signal);
    if (search.found === null) {
      this.down(search.failure, search.tried);
      return false;
    }
    const connection = await this.connect(search.found, search.tried, signal);
    if (connection === null) return false;
    const failure = await this.live(connection, search.found, search.tried, signal);
    if (!signal.aborted) this.down(failure, search.tried);
    return true;
  }

  private async search(signal: AbortSignal): Promise<SearchResult> {
    const { environment } = this.options;
    const options = { platform: environment.platform, limitMs: this.timings.answerLimitMs, signal };
    const { kept } = this;
    if (kept === null) return searchEngine(await discoverEndpoints(environment), options);
    const own = await searchEngine([kept], options);
    if (own.found !== null || kept.explicit || !this.isGoneForLong(own.failure)) return own;
    const others = await discoverEndpoints(environment);
    const another = await searchEngine(
      others.filter(({ endpoint }) => endpoint !== kept.endpoint),
      options,
    );
    const tried = [...own.tried, ...another.tried];
    return another.found === null ? { ...own, tried } : { ...another, tried };
  }

  private isGoneForLong({ code }: EngineFailure): boolean {
    if (!gone.has(code)) {
      this.goneSince = null;
      return false;
    }
    this.goneSince ??= performance.now();
    return performance.now() - this.goneSince >= this.timings.othersAfterMs;
  }

  private async connect(
    found: FoundEngine,
    tried: EndpointAttempt[],
    signal: AbortSignal,
  ): Promise<EngineConnection | null> {
    const { hostId, environment, log } = this.options;
    if (this.kept !== null && this.kept.endpoint !== found.candidate.endpoint) {
      log.warn(
        { from: this.kept.endpoint, to: found.candidate.endpoint },
        'the engine that was in use is gone, another one is used: containers on the former are not seen there',
      );
      // The events, and the clock, of another engine.
      this.memory = new EventMemory();
    }
    try {
      return await EngineConnection.open(
        {
          found,
          hostId,
          platform: environment.platform,
          memory: this.memory,
          lost: this.lost,
          onEvent: (event) => this.events.emit(event),
          onSkipped: (reason) => log.warn({ reason }, 'an engine event was skipped'),
          pingEveryMs: this.timings.pingEveryMs,
          pingLimitMs: this.timings.answerLimitMs,
          clock: this.clock,
        },
        signal,
      );
    } catch (error) {
      if (signal.aborted) return null;
      const cause = errorText(error);
      const help = 'It answers a ping but not more: it is starting or stopping. Lightdeck keeps trying.';
      this.down({ code: 'not_ready', cause, help }, tried);
      return null;
    }
  }

  private async live(
    connection: EngineConnection,
    found: FoundEngine,
    tried: EndpointAttempt[],
    signal: AbortSignal,
  ): Promise<EngineFailure> {
    const { endpoint, source } = found.candidate;
    const { othersAfterMs } = this.timings;
    this.kept = found.candidate.explicit ? found.candidate : { ...found.candidate, inUse: { othersAfterMs } };
    this.goneSince = null;
    this.connection = connection;
    const { version, apiVersion, lacks } = connection;
    this.options.log.info({ endpoint, source, version }, 'the container engine is up');
    this.change({
      status: 'up',
      kind: found.kind,
      version,
      api_version: apiVersion,
      endpoint,
      source,
      tried,
      ...(lacks.length > 0 ? { lacks: [...lacks] } : {}),
    });
    this.tellLookers();
    try {
      return await connection.watch(signal);
    } finally {
      this.connection = null;
    }
  }

  /** The time since when it is down stays while only the cause changes. */
  private down(failure: EngineFailure, tried: EndpointAttempt[]): void {
    const since = this.current.status === 'down' ? this.current.since : this.clock();
    if (this.current.status !== 'down') {
      this.options.log.warn({ code: failure.code, cause: failure.cause }, 'the container engine is down');
    }
    const { platform } = this.options.environment;
    const help = engineHelp(failure.code, { platform, distribution: this.distribution });
    this.change({ status: 'down', ...failure, ...help, since, tried });
  }

  private change(state: EngineState): void {
    if (isDeepStrictEqual(state, this.current)) return;
    this.current = state;
    this.states.emit(state);
  }
}
