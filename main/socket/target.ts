import type { IncomingMessage } from 'node:http';
import { internalIdSchema } from '../../shared/model/server.ts';

/** What an upgrade asks for. */
export interface Target {
  ok: true;
  /** Null is the host's socket. */
  serverId: string | null;
  token: string | null;
  twins: boolean;
  /** The host's socket: whether figures are wanted. */
  stats: boolean;
  after: number | null;
}
export type TargetResult = Target | { ok: false; status: 400 | 404; problem: string };

/**
 * Reads `/ws` and `/ws/:internal_id` with `token`, `duplicate`, `after` and `stats` (S1, S9, X3, H2). The handshake is checked here too,
 * so that a broken one doesn't consume a single-use token (S2).
 */
export function parseTarget(request: IncomingMessage): TargetResult {
  const key = request.headers['sec-websocket-key'];
  const version = request.headers['sec-websocket-version'];
  const isWebSocket = request.headers.upgrade?.toLowerCase() === 'websocket';
  if (
    request.method !== 'GET' ||
    !isWebSocket ||
    !key ||
    !/^[+/0-9A-Za-z]{22}==$/.test(key) ||
    !['13', '8'].includes(version ?? '')
  ) {
    return { ok: false, status: 400, problem: 'Not a valid WebSocket handshake' };
  }
  let url: URL;
  try {
    url = new URL(request.url ?? '/', 'ws://host');
  } catch {
    return { ok: false, status: 400, problem: 'The URL is not valid' };
  }
  const serverId = serverIdOf(url.pathname);
  if (serverId === undefined)
    return { ok: false, status: 404, problem: 'There is no socket here; use /ws or /ws/:internal_id' };
  const after = afterOf(url.searchParams.get('after'));
  if (after === undefined)
    return { ok: false, status: 400, problem: 'after must be a whole number of bytes' };
  const twins = url.searchParams.get('duplicate') !== 'false';
  const stats = url.searchParams.get('stats') !== 'false';
  return { ok: true, serverId, token: url.searchParams.get('token') ?? bearer(request), twins, stats, after };
}

function serverIdOf(path: string): string | null | undefined {
  if (path === '/ws' || path === '/ws/') return null;
  const match = /^\/ws\/([^/]+)\/?$/.exec(path);
  if (!match?.[1]) return undefined;
  const id = internalIdSchema.safeParse(decode(match[1]));
  return id.success ? id.data : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function afterOf(text: string | null): number | null | undefined {
  if (text === null || text === '') return null;
  const value = Number(text);
  return /^\d{1,15}$/.test(text) && Number.isSafeInteger(value) ? value : undefined;
}

function bearer(request: IncomingMessage): string | null {
  return /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}
