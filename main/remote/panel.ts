import { askOutside } from '../lib/outgoing.ts';
import type { PanelMessage } from './status.ts';

export interface Panel {
  /** Without credentials, `?` and `#`. */
  url: string;
  token: string;
}

/** What became of a request. `refused`: the panel won't take this message, so sending it again is hardly any use. */
export type PanelAnswer = { ok: true } | { ok: false; refused: boolean; problem: string };

export interface PanelCall {
  signal: AbortSignal;
  /** In ms; 10 s (A12) if it is left out. Tests shorten it. */
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

async function send(panel: Panel, { path, ...request }: PanelRequest, call: PanelCall): Promise<PanelAnswer> {
  const url = new URL(panel.url.replace(/\/+$/, '') + path);
  const answer = await askOutside({ ...request, ...call, url, headers: headersOf(panel, request.body) });
  if (answer.status === null) return { ok: false, refused: false, problem: answer.problem };
  return judge(answer.status);
}

function headersOf({ token }: Panel, body: string | null): Record<string, string> {
  return {
    accept: 'application/json',
    ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    ...(body === null ? {} : { 'content-type': 'application/json' }),
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
