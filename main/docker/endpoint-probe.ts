import type { EndpointAttempt } from '../../shared/model/host.ts';
import type { EnginePlace } from './contract.ts';
import type { EndpointCandidate } from './endpoint-discovery.ts';
import { describeFailure, type EngineFailure, startHelp } from './engine-failure.ts';
import { plainGet } from './engine-http.ts';
import type { EngineKind, EngineTarget } from './engine-target.ts';

/** An engine that answers. `date` is its clock in Unix milliseconds (whole seconds), null if it didn't tell. */
export interface FoundEngine {
  candidate: EndpointCandidate;
  target: EngineTarget;
  kind: EngineKind;
  date: number | null;
}

export type SearchResult = { tried: EndpointAttempt[] } & (
  | { found: FoundEngine }
  | { found: null; failure: EngineFailure }
);

export interface ProbeOptions {
  platform: NodeJS.Platform;
  /** Limit of each answer, in ms. */
  limitMs: number;
  signal?: AbortSignal | undefined;
}

/**
 * Asks each candidate in order with GET /_ping; the first that answers wins and the rest isn't asked. Every attempt is
 * recorded. Without a winner the failure is the most telling one: of the endpoint that the user named or, among the
 * usual places, one where something was there. Rejects only when the signal is aborted.
 */
export async function searchEngine(
  candidates: EndpointCandidate[],
  options: ProbeOptions,
): Promise<SearchResult> {
  const tried: EndpointAttempt[] = [];
  let worst: EngineFailure | null = null;
  for (const candidate of candidates) {
    const result = await probe(candidate, options);
    const { endpoint, source } = candidate;
    if ('target' in result) {
      tried.push({ endpoint, source, result: result.kind === 'podman' ? 'answered (Podman)' : 'answered' });
      return { tried, found: result };
    }
    tried.push({ endpoint, source, result: result.cause });
    if (worst === null || (worst.code === 'missing' && result.code !== 'missing')) worst = result;
  }
  return { tried, found: null, failure: overall(candidates, worst, options.platform) };
}

/** Asks all of them, side by side, and says of each what it is. Rejects only when the signal is aborted. */
export function askPlaces(candidates: EndpointCandidate[], options: ProbeOptions): Promise<EnginePlace[]> {
  return Promise.all(
    candidates.map(async (candidate) => {
      const { endpoint, source } = candidate;
      const result = await probe(candidate, options);
      return 'target' in result
        ? { endpoint, source, kind: result.kind, problem: null }
        : { endpoint, source, kind: null, problem: result.cause };
    }),
  );
}

function overall(
  candidates: EndpointCandidate[],
  worst: EngineFailure | null,
  platform: NodeJS.Platform,
): EngineFailure {
  const inUse = candidates.find((one) => one.inUse !== undefined)?.inUse;
  if (worst !== null && inUse) {
    const wait = inUse.othersAfterMs / 1000;
    return {
      ...worst,
      help: `${worst.help} The servers' containers are on this engine, so it is waited for; when there has been none for ${wait} s, another one that answers is used.`,
    };
  }
  const explicit = candidates.find((one) => one.explicit);
  if (worst !== null && explicit) {
    return {
      ...worst,
      help: `${worst.help} This endpoint comes from ${explicit.source}; no other was tried.`,
    };
  }
  if (worst !== null && worst.code !== 'missing') return worst;
  return {
    code: 'nothing_found',
    cause: 'No container engine was found on this machine: Docker is not installed, or it is not running.',
    help: startHelp(platform),
  };
}

async function probe(
  candidate: EndpointCandidate,
  options: ProbeOptions,
): Promise<FoundEngine | EngineFailure> {
  if (candidate.target === null) {
    const help = `Change ${candidate.source}, or remove it to look in the usual places.`;
    return {
      code: 'unsupported',
      cause: `The endpoint ${candidate.endpoint} can't be used: ${candidate.problem}`,
      help,
    };
  }
  const { target, endpoint } = candidate;
  try {
    const ping = await plainGet(target, '/_ping', options);
    if (ping.status !== 200) return badAnswer(endpoint, ping.status);
    const date = Date.parse(ping.headers.date ?? '');
    return {
      candidate,
      target,
      kind: await engineKind(target, options),
      date: Number.isNaN(date) ? null : date,
    };
  } catch (error) {
    options.signal?.throwIfAborted();
    return describeFailure(error, endpoint, options.platform);
  }
}

/** Podman answers under its own prefix as well; Docker has no such page. */
async function engineKind(target: EngineTarget, options: ProbeOptions): Promise<EngineKind> {
  const answer = await plainGet(target, '/libpod/_ping', options);
  return answer.status === 200 ? 'podman' : 'docker';
}

function badAnswer(endpoint: string, status: number): EngineFailure {
  if (status >= 500) {
    return {
      code: 'not_ready',
      cause: `The engine at ${endpoint} answers with an error (HTTP ${status}).`,
      help: 'It is still starting, or its virtual machine is stopped: start it, and wait until it says that it runs.',
    };
  }
  return {
    code: 'not_an_engine',
    cause: `What listens at ${endpoint} is no Docker engine (HTTP ${status} to /_ping).`,
    help: 'Correct the endpoint; a TCP engine with TLS needs DOCKER_TLS_VERIFY.',
  };
}
