import type { Readable } from 'node:stream';
import { LightdeckError } from '../../shared/errors.ts';
import { inspectSchema } from './container-facts.ts';
import type { Attachment, EngineLogQuery, LogEntry, PullProgress } from './contract.ts';
import { readDirectly } from './direct-reads.ts';
import { dialStream, type EngineClient } from './engine-client.ts';
import { toEngineError } from './engine-errors.ts';
import { JsonLines } from './json-lines.ts';
import { createLogReader } from './log-reader.ts';
import { normalTime, sinceParameter, timeOfMs } from './log-time.ts';
import { PullMeter } from './pull-progress.ts';
import type { RunBounds } from './tty-log.ts';

/** Longest line of the pull's progress that is read, in bytes. */
const maxPullLine = 256 * 1024;

/**
 * Of Podman's own API, whose log has frames for terminals, too. It needs them more than Docker's: a terminal's text is in pieces of
 * whatever length was read at once, so that nobody could tell a time that stands in front of one from the text.
 */
export const podmanPrefix = '/v4.0.0/libpod';

const unknownRuns: RunBounds = { lastRunFrom: null, notAfter: null };

/** Hijacks a connection for the container's input and output; no output from before is replayed. */
export async function attachTo(
  client: EngineClient,
  id: string,
  options: { stdin: boolean; signal: AbortSignal },
): Promise<Attachment> {
  const { stdin, signal } = options;
  const query = `stream=1&stdout=1&stderr=1&stdin=${stdin ? 1 : 0}`;
  const path = `/containers/${encodeURIComponent(id)}/attach?${query}`;
  const stream = await client.attach(`attach to container ${id}`, path, signal);
  readDirectly(stream);
  return { stream };
}

/** As `Engine.readLog`. Throws LightdeckError when the connection breaks; returns when the signal is aborted. */
export async function* readLogOf(
  client: EngineClient,
  id: string,
  query: EngineLogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogEntry[]> {
  const what = `read the log of container ${id}`;
  if (signal.aborted) return;
  let stream: Readable | null = null;
  try {
    const isPodman = client.kind === 'podman';
    const tty = query.tty && !isPodman;
    const reader = createLogReader({ tty, runs: tty ? await runBounds(client, id) : unknownRuns });
    const path = `${isPodman ? podmanPrefix : ''}/containers/${id}/logs`;
    stream = await client.open(what, { signal, isLog: true }, (docker, abortSignal) =>
      dialStream(docker, { path, query: logParameters(query), abortSignal }),
    );
    for await (const chunk of stream) {
      const entries = reader.push(chunk);
      if (entries.length > 0) yield entries;
      if (signal.aborted) return;
    }
    const rest = reader.end();
    if (rest.length > 0) yield rest;
  } catch (error) {
    if (!signal.aborted) throw toEngineError(error, what);
  } finally {
    stream?.destroy();
  }
}

function logParameters(query: EngineLogQuery): Record<string, string> {
  const parameters: Record<string, string> = {
    stdout: '1',
    stderr: '1',
    timestamps: '1',
    follow: query.follow ? '1' : '0',
    tail: query.tail === undefined ? 'all' : String(Math.max(0, Math.trunc(query.tail))),
  };
  if (query.since !== undefined) {
    const since = sinceParameter(query.since);
    if (since === null)
      throw new LightdeckError('invalid', `${query.since} is not a time of the engine's log.`);
    parameters.since = since;
  }
  return parameters;
}

/** The engine goes on writing a container's last output this long after its end at most, in ms. */
const drainMs = 10_000;
/** How far ahead of ours the engine's clock may be, in ms. */
const clockSlackMs = 60_000;

/**
 * A container that runs for the first time has never finished. Otherwise the last run's start counts: its very first
 * lines may be some ms older, and are then read as an earlier run's, which is only less strict.
 */
function runBounds(client: EngineClient, id: string): Promise<RunBounds> {
  return client.call(`inspect container ${id}`, async (docker, abortSignal) => {
    const { State } = inspectSchema.parse(await docker.getContainer(id).inspect({ abortSignal }));
    const neverEnded = State.FinishedAt.startsWith('0001-');
    const last = State.Running ? Date.now() + clockSlackMs : Date.parse(State.FinishedAt) + drainMs;
    return {
      lastRunFrom: neverEnded ? '' : normalTime(State.StartedAt),
      notAfter: Number.isNaN(last) ? null : timeOfMs(last),
    };
  });
}

/** As `Engine.pull`. The engine itself ends a pull whose connection is closed. */
export async function pullImage(
  client: EngineClient,
  image: string,
  options: { onProgress: (progress: PullProgress) => void; clock: () => number; signal: AbortSignal },
): Promise<void> {
  const { signal } = options;
  const what = `pull ${image}`;
  const meter = new PullMeter({ image, clock: options.clock, onProgress: options.onProgress });
  // Resolving the name at a slow registry comes before the first byte, so the opening has no limit either.
  const stream = await client.open(what, { signal, limitMs: null }, async (docker, abortSignal) => {
    const progress: unknown = await docker.pull(image, { abortSignal });
    if (!isReadable(progress)) throw new Error('the engine client gave no stream');
    return progress;
  });
  try {
    const lines = new JsonLines({ maxLine: maxPullLine, onSkipped: () => {} });
    for await (const chunk of stream) lines.push(chunk, (value) => meter.take(value));
    lines.end((value) => meter.take(value));
    meter.end();
  } catch (error) {
    signal.throwIfAborted();
    throw toEngineError(error, what);
  } finally {
    stream.destroy();
  }
  signal.throwIfAborted();
}

/** The event feed of this host's containers, from `since` (Unix milliseconds) on: what the engine still remembers comes first. */
export function openEventFeed(
  client: EngineClient,
  options: { hostId: string; since: number | null; signal: AbortSignal },
): Promise<Readable> {
  const query: Record<string, string> = {
    // Containers that were adopted have no label of ours.
    filters: JSON.stringify({ type: ['container'] }),
  };
  if (options.since !== null) query.since = (options.since / 1000).toFixed(3);
  return client.open('follow the events of the engine', { signal: options.signal }, (docker, abortSignal) =>
    dialStream(docker, { path: '/events', query, abortSignal }),
  );
}

function isReadable(value: unknown): value is Readable {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'destroy' in value;
}
