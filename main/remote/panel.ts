import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { errorText } from '../../shared/error-text.ts';
import type { PanelMessage } from './status.ts';

/** A12, in ms: from the connection to the end of the answer. */
const limitMs = 10_000;
/** Nobody reads the panel's answers: this many bytes of one are taken, the rest is not waited for. */
const maxAnswer = 64 * 1024;

export interface Panel {
  /** Without credentials, `?` and `#`. */
  url: string;
  token: string;
}

/** What became of a request. `refused`: the panel won't take this message, so sending it again is hardly any use. */
export type PanelAnswer = { ok: true } | { ok: false; refused: boolean; problem: string };

export interface PanelCall {
  signal: AbortSignal;
  /** Tests shorten it. */
  limitMs?: number | undefined;
}

/** `GET {url}/health`. Never rejects. */
export function askHealth(panel: Panel, call: PanelCall): Promise<PanelAnswer> {
  return send(panel, { method: 'GET', path: '/health', body: null }, call);
}

/** `POST {url}/update`. Never rejects. */
export function postUpdate(panel: Panel, message: PanelMessage, call: PanelCall): Promise<PanelAnswer> {
  return send(panel, { method: 'POST', path: '/update', body: JSON.stringify(message) }, call);
}

interface PanelRequest {
  method: 'GET' | 'POST';
  path: string;
  body: string | null;
}

async function send(panel: Panel, request: PanelRequest, call: PanelCall): Promise<PanelAnswer> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    stop();
  }, call.limitMs ?? limitMs);
  call.signal.addEventListener('abort', stop);
  if (call.signal.aborted) stop();
  try {
    return judge(await exchange(panel, request, abort.signal));
  } catch (error) {
    return { ok: false, refused: false, problem: isLate ? 'it did not answer in time' : errorText(error) };
  } finally {
    clearTimeout(timer);
    call.signal.removeEventListener('abort', stop);
  }
}

/**
 * The status of the answer, after its end. A connection for each request: they are rare, and so none is used that the panel
 * has closed meanwhile. Node's client follows no redirects.
 */
function exchange(panel: Panel, { method, path, body }: PanelRequest, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const url = new URL(panel.url.replace(/\/+$/, '') + path);
    const begin = url.protocol === 'https:' ? requestHttps : requestHttp;
    const headers = headersOf(panel, body);
    const outgoing = begin(url, { method, headers, agent: false, signal }, (incoming: IncomingMessage) => {
      let size = 0;
      const done = (): void => resolve(incoming.statusCode ?? 0);
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

function headersOf({ token }: Panel, body: string | null): Record<string, string> {
  return {
    accept: 'application/json',
    ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    ...(body === null
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
  };
}

/** These say something of the panel's state or of our token, nothing of the message. */
const unrelated = new Set([401, 403, 407, 408, 421, 423, 425, 429]);

function judge(status: number): PanelAnswer {
  if (status >= 200 && status < 300) return { ok: true };
  const redirect = status >= 300 && status < 400 ? ' (redirects are not followed)' : '';
  const refused = status >= 400 && status < 500 && !unrelated.has(status);
  return { ok: false, refused, problem: `it answered ${status}${redirect}` };
}
