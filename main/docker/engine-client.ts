import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type Duplex, Readable } from 'node:stream';
import { inspect } from 'node:util';
import type Docker from 'dockerode';
import { withDeadline } from './deadline.ts';
import { DirectReadAgent } from './direct-reads.ts';
import { openAttachment } from './engine-attach.ts';
import { toEngineError } from './engine-errors.ts';
import type { EngineKind, EngineTarget } from './engine-target.ts';
import { MergedReadAgent } from './merged-reads.ts';

/** Most connections of bounded calls at once; more wait, and their time runs. */
const maxSockets = 32;
/** Limit of an ordinary call, in ms. */
export const callLimitMs = 10_000;
/** Limit of calls that work on disks and networks: create, start, remove. A loaded engine takes longer than 10 s for those. */
export const longCallLimitMs = 60_000;

interface EngineClientParts {
  kind: EngineKind;
  target: EngineTarget;
  bounded: Docker;
  unbounded: Docker;
  logs: Docker;
  /** Closed with the client. */
  agents: HttpAgent[];
}

/**
 * The clients of one engine: bounded calls share kept connections, unbounded ones (attach, logs, events, pull) each
 * have their own, so that neither kind can starve the other. Attachments have connections that can be read directly, logs
 * such whose answers come in few chunks.
 */
export class EngineClient {
  readonly kind: EngineKind;
  private readonly target: EngineTarget;
  private readonly unbounded: Docker;
  private readonly logs: Docker;
  private readonly bounded: Docker;
  private readonly attachAgent: HttpAgent | null;
  private readonly agents: HttpAgent[];

  constructor(options: EngineClientParts) {
    this.kind = options.kind;
    this.target = options.target;
    this.bounded = options.bounded;
    this.unbounded = options.unbounded;
    this.logs = options.logs;
    this.attachAgent = attachAgent(options.target);
    this.agents = options.agents;
  }

  /** A bounded call; throws LightdeckError. `what` is the act in words. */
  async call<T>(
    what: string,
    work: (docker: Docker, abortSignal: AbortSignal) => Promise<T>,
    limitMs: number = callLimitMs,
  ): Promise<T> {
    try {
      return await withDeadline(limitMs, undefined, (signal) => work(this.bounded, signal));
    } catch (error) {
      throw toEngineError(error, what);
    }
  }

  /**
   * Opens a stream: only its opening is bounded (unless `limitMs` is null), the stream itself ends by `signal`, whose
   * reason is thrown if it comes before. Throws LightdeckError otherwise.
   */
  async open<T extends { destroy(): unknown; once(event: 'close', listener: () => void): unknown }>(
    what: string,
    options: { signal: AbortSignal; limitMs?: number | null; isLog?: boolean },
    work: (docker: Docker, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { signal, limitMs = callLimitMs, isLog = false } = options;
    const docker = isLog ? this.logs : this.unbounded;
    const limit = limitMs ?? maxTimer;
    try {
      const stream = await withDeadline(limit, signal, async (opening) => {
        const opened = await work(docker, opening);
        // Too late: nobody will own it.
        if (opening.aborted) opened.destroy();
        return opened;
      });
      const end = () => stream.destroy();
      signal.addEventListener('abort', end, { once: true });
      stream.once('close', () => signal.removeEventListener('abort', end));
      if (signal.aborted) end();
      return stream;
    } catch (error) {
      signal.throwIfAborted();
      throw toEngineError(error, what);
    }
  }

  /** As `open`, for a connection that is taken over (see `openAttachment`); `path` has its query. */
  attach(what: string, path: string, signal: AbortSignal): Promise<Duplex> {
    const { target, attachAgent: agent } = this;
    return this.open(what, { signal }, (_docker, opening) =>
      openAttachment({ target, agent, path, signal: opening }),
    );
  }

  /** Ends the bounded calls' connections. Open streams belong to whoever holds their signals. */
  close(): void {
    for (const agent of this.agents) agent.destroy();
  }
}

/** Node's longest timer, about 24 days: no limit. */
const maxTimer = 2 ** 31 - 1;

interface DialOptions {
  path: string;
  query?: Record<string, string>;
  abortSignal: AbortSignal;
}

/** A GET whose abort signal dockerode would drop; the parsed answer. */
export function dialGet(docker: Docker, options: DialOptions): Promise<unknown> {
  return dial(docker, options, false);
}

/** A GET that dockerode would read into memory whole. */
export async function dialStream(docker: Docker, options: DialOptions): Promise<Readable> {
  const answer = await dial(docker, options, true);
  if (answer instanceof Readable) return answer;
  throw new Error('the engine client gave no stream');
}

function dial(docker: Docker, options: DialOptions, isStream: boolean): Promise<unknown> {
  const request = {
    path: options.query ? `${options.path}?` : options.path,
    method: 'GET',
    options: options.query ?? {},
    abortSignal: options.abortSignal,
    isStream,
    statusCodes: { 200: true },
  };
  return new Promise((resolve, reject) => {
    docker.modem.dial(request, (error: unknown, answer: unknown) => {
      if (error) reject(error);
      else resolve(answer);
    });
  });
}

/** Loads dockerode (only when an engine is there) and makes both clients. Makes no connection yet. */
export async function openEngineClient(target: EngineTarget, kind: EngineKind): Promise<EngineClient> {
  const { default: Dockerode } = await import('dockerode');
  const kept = agentFor(target, { keepAlive: true, maxSockets, maxFreeSockets: 8 });
  const single = agentFor(target, { keepAlive: false });
  return new EngineClient({
    kind,
    target,
    bounded: new Dockerode(modemOptions(target, kept)),
    unbounded: new Dockerode(modemOptions(target, single)),
    logs: new Dockerode(modemOptions(target, logAgent(target) ?? single)),
    agents: [kept],
  });
}

/** Null for TLS, whose bytes have to be decrypted first. */
function attachAgent(target: EngineTarget): HttpAgent | null {
  return isPlain(target) ? withoutDebugText(new DirectReadAgent({ keepAlive: false })) : null;
}

/** Null for TLS, too. Each connection is for one request. */
function logAgent(target: EngineTarget): HttpAgent | null {
  return isPlain(target) ? withoutDebugText(new MergedReadAgent({ keepAlive: false })) : null;
}

function isPlain(target: EngineTarget): boolean {
  return target.kind === 'socket' || target.tls === null;
}

function agentFor(
  target: EngineTarget,
  options: { keepAlive: boolean; maxSockets?: number; maxFreeSockets?: number },
): HttpAgent {
  const agent =
    target.kind === 'tcp' && target.tls !== null
      ? new HttpsAgent({ ...options, rejectUnauthorized: target.tls.verify })
      : new HttpAgent(options);
  return withoutDebugText(agent);
}

function withoutDebugText(agent: HttpAgent): HttpAgent {
  // docker-modem prepares a debug text of each request's options, the agent with all its sockets included, whether anybody
  // reads it or not: that was most of what a call cost.
  return Object.assign(agent, { [inspect.custom]: () => '[connections of the engine client]' });
}

type ModemOptions = Docker.DockerOptions & { agent: HttpAgent; pathPrefix: string };

/** Every field is given, also as undefined: docker-modem fills the ones that it misses from DOCKER_HOST. */
function modemOptions(target: EngineTarget, agent: HttpAgent): ModemOptions {
  const tls = target.kind === 'tcp' ? target.tls : null;
  const protocol = tls === null ? 'http' : 'https';
  const host = target.kind === 'tcp' ? target.host : undefined;
  return {
    agent,
    pathPrefix: '/',
    protocol,
    socketPath: target.kind === 'socket' ? target.socketPath : undefined,
    // As a URL, or docker-modem takes a bare address for a path.
    host: host === undefined ? undefined : `${protocol}://${host.includes(':') ? `[${host}]` : host}`,
    port: target.kind === 'tcp' ? target.port : undefined,
    ca: tls?.ca ?? undefined,
    cert: tls?.cert ?? undefined,
    key: tls?.key ?? undefined,
    username: undefined,
    timeout: undefined,
  };
}
