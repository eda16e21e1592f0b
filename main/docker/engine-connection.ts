import type { Readable } from 'node:stream';
import { MiB } from '../../shared/units.ts';
import { pause } from '../lib/pause.ts';
import type { EngineEvent } from './contract.ts';
import { createEngine, type OwnedEngine } from './dockerode-engine.ts';
import type { FoundEngine } from './endpoint-probe.ts';
import { type EventMemory, engineEvent } from './engine-events.ts';
import { describeFailure, type EngineFailure } from './engine-failure.ts';
import { plainGet } from './engine-http.ts';
import { JsonLines } from './json-lines.ts';
import type { LostMemoryNews } from './lost-memory-news.ts';

/** Longest event that is read, in bytes. */
const maxEventLine = MiB;
/** How far before the newest known event a reconnect asks again, in ms. */
const overlapMs = 1_000;

export interface EngineConnectionOptions {
  found: FoundEngine;
  hostId: string;
  platform: NodeJS.Platform;
  /** Survives connections, so that what is replayed isn't told twice. */
  memory: EventMemory;
  onEvent: (event: EngineEvent) => void;
  onSkipped: (reason: string) => void;
  /** Puts in what the engine loses; survives connections, too. */
  lost: LostMemoryNews;
  pingEveryMs: number;
  pingLimitMs: number;
  clock: () => number;
}

/** A live engine: its client, its event feed, its pulse. */
export class EngineConnection {
  readonly engine: OwnedEngine;
  readonly version: string;
  readonly apiVersion: string;
  readonly lacks: readonly string[];
  private readonly options: EngineConnectionOptions;
  private readonly feed: Readable;

  private constructor(parts: {
    engine: OwnedEngine;
    version: { version: string; apiVersion: string };
    lacks: string[];
    feed: Readable;
    options: EngineConnectionOptions;
  }) {
    this.engine = parts.engine;
    this.version = parts.version.version;
    this.apiVersion = parts.version.apiVersion;
    this.lacks = parts.lacks;
    this.feed = parts.feed;
    this.options = parts.options;
  }

  /**
   * Connects the client and then the event feed. An engine sends the feed's headers a moment before it really subscribes, so the
   * first feed also asks for the last second: an event from then may be told although it is older than the connection.
   * Rejects with LightdeckError, or the signal's reason.
   */
  static async open(options: EngineConnectionOptions, signal: AbortSignal): Promise<EngineConnection> {
    const engine = await createEngine({ ...options.found, clock: options.clock });
    try {
      const asked = engine.lacks();
      const version = await engine.version();
      const newest = options.memory.newestAt ?? options.found.date;
      const since = newest === null ? null : newest - overlapMs;
      const feed = await engine.events({ hostId: options.hostId, since, signal });
      return new EngineConnection({ engine, version, lacks: await asked, feed, options });
    } catch (error) {
      engine.close();
      throw error;
    }
  }

  /**
   * Tells events until the feed ends, two pings in a row get no answer, one is refused, or the signal is aborted; says
   * why it ended. Then everything of it is closed. Never rejects.
   */
  async watch(signal: AbortSignal): Promise<EngineFailure> {
    const over = new AbortController();
    const end = () => over.abort();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    try {
      return await Promise.race([this.readFeed(), this.keepPinging(over.signal)]);
    } finally {
      signal.removeEventListener('abort', end);
      over.abort();
      this.feed.destroy();
      this.engine.close();
    }
  }

  /** See `EngineMonitor.isAccepting`. */
  async isAccepting(): Promise<boolean> {
    const { found, platform, pingLimitMs } = this.options;
    try {
      await plainGet(found.target, '/_ping', { limitMs: pingLimitMs });
      return true;
    } catch (error) {
      return describeFailure(error, found.candidate.endpoint, platform).code === 'timeout';
    }
  }

  private async readFeed(): Promise<EngineFailure> {
    const { hostId, memory, lost, onEvent, onSkipped, found, platform } = this.options;
    const lines = new JsonLines({ maxLine: maxEventLine, onSkipped });
    const endpoint = found.candidate.endpoint;
    const tell = (value: unknown) => {
      const timed = engineEvent(value, hostId);
      if (timed !== null && memory.isNew(timed))
        for (const event of lost.complete(timed.event)) onEvent(event);
    };
    try {
      for await (const chunk of this.feed) lines.push(chunk, tell);
    } catch (error) {
      return describeFailure(error, endpoint, platform);
    }
    return describeFailure(new Error('it ended the event feed'), endpoint, platform);
  }

  /** A refused or broken ping tells at once; an engine that is only slow gets a second chance. */
  private async keepPinging(signal: AbortSignal): Promise<EngineFailure> {
    const { found, platform, pingEveryMs, pingLimitMs } = this.options;
    let silent = 0;
    for (;;) {
      if (silent === 0) await pause(pingEveryMs, { signal });
      try {
        if (signal.aborted) break;
        const answer = await plainGet(found.target, '/_ping', { limitMs: pingLimitMs, signal });
        if (answer.status !== 200) throw new Error(`HTTP ${answer.status} to a ping`);
        silent = 0;
      } catch (error) {
        if (signal.aborted) break;
        const failure = describeFailure(error, found.candidate.endpoint, platform);
        silent += 1;
        if (failure.code !== 'timeout' || silent >= 2) return failure;
      }
    }
    return describeFailure(new Error('watching ended'), found.candidate.endpoint, platform);
  }
}
