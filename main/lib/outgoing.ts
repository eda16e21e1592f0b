import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
  request as requestHttp,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import { errorText } from '../../shared/error-text.ts';

/** From the connection to the end of the answer, in ms. */
const usualLimitMs = 10_000;
/** Nobody reads what is answered: this many bytes of it are taken, the rest is not waited for. */
const maxAnswer = 64 * 1024;

export interface OutgoingRequest {
  /** http or https, without credentials. */
  url: URL;
  method: 'GET' | 'POST';
  headers: Readonly<Record<string, string>>;
  /** Null: none. */
  body: string | null;
  signal: AbortSignal;
  /** In ms; 10 s if it is left out. */
  limitMs?: number | undefined;
  /** Asks for the addresses of the URL's host, and may refuse them. Not asked where the host is an address itself. */
  lookup?: RequestOptions['lookup'];
}

/** An answer, whatever it says, or why there was none. */
export type OutgoingAnswer =
  | { status: number; headers: IncomingHttpHeaders }
  | { status: null; problem: string };

/**
 * Asks another server. A connection for each request: they are rare, and so none is used that the other side has closed meanwhile.
 * Redirects are not followed. Never rejects.
 */
export async function askOutside(request: OutgoingRequest): Promise<OutgoingAnswer> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    stop();
  }, request.limitMs ?? usualLimitMs);
  request.signal.addEventListener('abort', stop);
  if (request.signal.aborted) stop();
  try {
    return await exchange(request, abort.signal);
  } catch (error) {
    return { status: null, problem: isLate ? 'it did not answer in time' : errorText(error) };
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', stop);
  }
}

/** Resolves after the answer's end. */
function exchange(
  { url, method, headers, body, lookup }: OutgoingRequest,
  signal: AbortSignal,
): Promise<OutgoingAnswer> {
  return new Promise((resolve, reject) => {
    const begin = url.protocol === 'https:' ? requestHttps : requestHttp;
    const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options: RequestOptions = {
      method,
      headers: { ...headers, ...length },
      agent: false,
      signal,
      ...(lookup ? { lookup } : {}),
    };
    const outgoing = begin(url, options, (incoming: IncomingMessage) => {
      let size = 0;
      const done = (): void => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers });
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= maxAnswer) return;
        done();
        outgoing.destroy();
      });
      incoming.on('end', done);
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body ?? undefined);
  });
}
