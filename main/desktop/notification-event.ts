import type { ServerSummary } from '../../shared/model/host.ts';
import { hasCrashed, type WireState } from '../../shared/model/server.ts';
import type { NewsKind, NotificationEvent } from './contract.ts';
import { strings } from './shell-strings.ts';

/** What is remembered of a server between two looks at it. `exitAt` is Unix milliseconds as the host tells it, other times are of the caller's clock. */
export interface Remembered {
  /** The last state that somebody knew: an engine that was away doesn't hide that an install has ended meanwhile. */
  state: Exclude<WireState, 'unknown'> | null;
  exitAt: number | null;
  startingSince: number | null;
  /** Since when it is down by a crash; null if it isn't. */
  downSince: number | null;
}

/**
 * A start that is over sooner is seen by whoever asked for it, and isn't news; a longer one is waited for elsewhere.
 * What comes back soon after a crash did so by itself, and is news however quickly.
 */
export const slowStartMs = 5_000;
const soonMs = 120_000;

/** Whether the server has crashed since it was looked at. */
export const crashedSince = (before: Remembered, { last_exit }: ServerSummary): boolean =>
  hasCrashed(last_exit) && last_exit.at !== before.exitAt;

/** What is to be remembered of a server that is seen for the first time (`before` is null) or again, at `now` in ms of any clock. */
export function remember(before: Remembered | null, server: ServerSummary, now: number): Remembered {
  const { state, last_exit } = server;
  const known = state === 'unknown' ? (before?.state ?? null) : state;
  return {
    state: known,
    exitAt: last_exit?.at ?? null,
    startingSince: known === 'starting' ? (before?.startingSince ?? now) : null,
    downSince: downSince(before, server, now),
  };
}

function downSince(before: Remembered | null, server: ServerSummary, now: number): number | null {
  if (before === null || server.state === 'running') return null;
  return crashedSince(before, server) ? now : before.downSince;
}

/** News that something went wrong. */
export const isProblem = (kind: NewsKind): boolean => kind !== 'ready' && kind !== 'installed';

/** What happened to a server between two looks, as news; a crash that is over already is told as one thing. Pure. */
export function newsBetween(before: Remembered, server: ServerSummary, now: number): NotificationEvent[] {
  const { state, last_exit, name } = server;
  const news: NotificationEvent[] = [];
  const add = (kind: NewsKind, text: string): void => {
    news.push({ kind, serverId: server.internal_id, serverName: name, text });
  };
  const crashedNow = crashedSince(before, server);
  if (crashedNow && last_exit && state !== 'running') add('crashed', strings.crashed(name, last_exit.reason));
  if (before.state === 'installing') {
    if (state === 'failed') add('install-failed', strings.installFailed(name));
    else if (state !== 'installing' && state !== 'unknown') add('installed', strings.installed(name));
  }
  if (state === 'running' && before.state !== 'running') {
    const startedFor = now - (before.startingSince ?? now);
    const isBack = before.downSince !== null && now - before.downSince < soonMs;
    if (isBack || crashedNow) add('recovered', strings.recovered(name, last_exit?.reason));
    else if (startedFor >= slowStartMs) add('ready', strings.ready(name));
  }
  return news;
}

/** S11's words for storage that runs out. */
const outOfStorage = /^System out of storage/;

/** What a server's daemon message is as news; most are none. Pure. */
export function newsOfMessage(server: ServerSummary, text: string): NotificationEvent | null {
  if (!outOfStorage.test(text)) return null;
  const { internal_id, name } = server;
  return { kind: 'out-of-space', serverId: internal_id, serverName: name, text: strings.outOfSpace(name) };
}
