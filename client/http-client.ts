import type { z } from 'zod';
import {
  askedHeader,
  attemptHeader,
  errorReply,
  keyHeader,
  type Route,
  startHeader,
  vendorType,
} from '../shared/http/route.ts';
import type { Connection } from '../shared/model/connection.ts';

/** What the host answered instead, or why it could not be asked (`status` 0). `message` is a sentence for people. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ApiError';
    this.status = status;
  }
}

type Part<S extends z.ZodType> = z.input<S>;
type Given<Name extends string, S extends z.ZodType> =
  Record<string, never> extends Part<S>
    ? { [Key in Name]?: Part<S> }
    : undefined extends Part<S>
      ? { [Key in Name]?: Part<S> }
      : { [Key in Name]: Part<S> };

/** What a call has to bring: the parts of the route that aren't optional. */
export type CallInput<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = Given<'params', P> &
  Given<'query', Q> &
  Given<'body', B> & { signal?: AbortSignal };

export interface HttpClientOptions {
  /** Null while nobody is signed in. */
  connection: () => Connection | null;
  /** The host says that the token is no good (any more). */
  onUnauthorized?: () => void;
  /** How long an answer may take until its last byte, in ms; by default for ever. A host that takes longer is as good as away. */
  answerMs?: number;
  /** The sentence for a host that can't be reached. */
  unreachable?: string;
  /** Says in another language what the host and this client say in English; by default it stays as it is. */
  words?: (english: string) => string;
  /** Before each further try after a connection that broke, in ms; by default there is none. */
  pauses?: readonly number[];
}

const noHost = 'The host can’t be reached. Is it running, and is this device in its network?';

const strange = 'The host’s answer can’t be understood. Is it another version than this page?';

const cutOff = 'The connection broke before the host’s answer was there. Try again.';

/** Asks the host's HTTP API through the shared route entries: what goes in is typed, what comes out is parsed. */
export class HttpClient {
  private readonly options: HttpClientOptions;
  /** Of the host that answered last; '' before. */
  private hostStart = '';

  constructor(options: HttpClientOptions) {
    this.options = options;
  }

  /** Rejects with ApiError, or with the signal's reason. */
  async call<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    route: Route<P, Q, B, R>,
    input: CallInput<P, Q, B>,
  ): Promise<z.output<R>> {
    const { params, query, body, signal } = asParts(input);
    const key = route.method === 'GET' ? {} : { [keyHeader]: newKey() };
    const asked = this.hostStart;
    const { status, json } = await this.tryAgain(signal, async (attempt) => {
      const isAgain = attempt > 1 && route.method !== 'GET';
      const again = isAgain ? { [attemptHeader]: String(attempt), [askedHeader]: asked } : {};
      const reply = await this.fetchOnce(pathOf(route.path, params, query), {
        method: route.method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...key, ...again },
        ...(signal ? { signal } : {}),
      });
      return { status: reply.status, json: await this.readJson(reply, signal) };
    });
    const parsed = route.reply.safeParse(json);
    if (parsed.success) return parsed.data;
    throw this.error(status, strange);
  }

  /**
   * A request that is no JSON: a file, read or written whole, which does no harm a second time. Rejects with ApiError for whatever
   * isn't a success.
   */
  fetch(path: string, init: RequestInit): Promise<Response> {
    return this.tryAgain(init.signal ?? undefined, () => this.fetchOnce(path, init));
  }

  /**
   * Does it again when the connection broke. A browser drops all requests under way when the networks of its machine change, as
   * they do whenever a container starts or ends on it. `attempt` is 1 for the first.
   */
  async tryAgain<T>(signal: AbortSignal | undefined, work: (attempt: number) => Promise<T>): Promise<T> {
    const pauses = this.options.pauses ?? [];
    for (const [index, ms] of pauses.entries()) {
      try {
        return await work(index + 1);
      } catch (error) {
        if (!isBroken(error)) throw error;
      }
      await pause(ms, signal);
    }
    return work(pauses.length + 1);
  }

  protected async fetchOnce(path: string, init: RequestInit): Promise<Response> {
    const connection = this.mustConnect();
    const headers = { ...this.headers(connection), ...Object.fromEntries(new Headers(init.headers)) };
    let reply: Response;
    try {
      // The host itself never redirects, and nobody else is to get the token.
      reply = await fetch(connection.url + path, {
        ...init,
        ...this.limit(init),
        headers,
        redirect: 'error',
      });
    } catch (error) {
      init.signal?.throwIfAborted();
      throw this.error(0, this.options.unreachable ?? noHost, error);
    }
    this.hostStart = reply.headers.get(startHeader) ?? '';
    if (reply.ok) return reply;
    const body: unknown = await reply.json().catch(() => null);
    init.signal?.throwIfAborted();
    throw this.refusal(reply.status, body, connection.token);
  }

  /** For what can't go by `fetch` (uploads that show their progress). */
  request(path: string): { url: string; headers: Record<string, string> } {
    const connection = this.mustConnect();
    return { url: connection.url + path, headers: this.headers(connection) };
  }

  /**
   * What an answer means that is no success; one to a token that is no good ends the session: once for all that was under way
   * with it (`token`, if it is known), and not if it was renewed meanwhile. `body` is its JSON, or null.
   */
  refusal(status: number, body: unknown, token?: string): ApiError {
    const isCurrent = token === undefined || this.options.connection()?.token === token;
    if (status === 401 && isCurrent) this.options.onUnauthorized?.();
    const told = errorReply.safeParse(body);
    return this.error(status, told.success ? told.data.error : `The host answered ${status}.`);
  }

  private error(status: number, english: string, cause?: unknown): ApiError {
    const { words } = this.options;
    return new ApiError(status, words ? words(english) : english, cause === undefined ? {} : { cause });
  }

  private mustConnect(): Connection {
    const connection = this.options.connection();
    if (!connection) throw this.error(401, 'You are not signed in.');
    return connection;
  }

  /** Undefined if there is none (204), or no JSON. Rejects with ApiError if it does not come whole, or with the signal's reason. */
  private async readJson(reply: Response, signal: AbortSignal | undefined): Promise<unknown> {
    let text: string;
    try {
      text = await reply.text();
    } catch (error) {
      signal?.throwIfAborted();
      throw this.error(0, cutOff, error);
    }
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  private limit({ signal }: RequestInit): { signal?: AbortSignal } {
    const { answerMs } = this.options;
    if (answerMs === undefined) return {};
    const limit = AbortSignal.timeout(answerMs);
    return { signal: signal ? AbortSignal.any([signal, limit]) : limit };
  }

  private headers({ token }: Connection): Record<string, string> {
    return { authorization: `Bearer ${token}`, accept: vendorType };
  }
}

/** Whether nobody answered, or not to the end. A host that took too long is asked no second time: it has enough to do. */
function isBroken(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.status !== 0) return false;
  return !(error.cause instanceof DOMException && error.cause.name === 'TimeoutError');
}

/** Rejects with the signal's reason, at once. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    const end = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
}

/** `randomUUID` is only for pages that came by TLS or from the machine itself. */
/** A17: for one thing that is asked for, however often it has to be asked. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

interface Parts {
  params: Record<string, unknown>;
  query: Record<string, unknown>;
  body: unknown;
  signal: AbortSignal | undefined;
}

function asParts(input: { params?: unknown; query?: unknown; body?: unknown; signal?: AbortSignal }): Parts {
  return {
    params: { ...(input.params ?? {}) },
    query: { ...(input.query ?? {}) },
    body: input.body,
    signal: input.signal,
  };
}

/** `/a/:id` with its parameters filled in and the query behind it; what is undefined is left out. */
export function pathOf(
  pattern: string,
  params: Record<string, unknown>,
  query: Record<string, unknown> = {},
): string {
  const path = pattern.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(params[name] ?? '')),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? path : `${path}?${search}`;
}
