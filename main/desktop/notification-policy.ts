import type { ServerSummary } from '../../shared/model/host.ts';
import { hasCrashed } from '../../shared/model/server.ts';
import type { NewsKind, NotificationEvent } from './contract.ts';
import {
  crashedSince,
  isProblem,
  newsBetween,
  newsOfMessage,
  type Remembered,
  remember,
} from './notification-event.ts';
import { strings } from './shell-strings.ts';

/** The same kind of news of the same server is told once in this time, in ms: a crash loop is one story. */
export const sameNewsMs = 60_000;
/**
 * Of all servers together this many in a minute, of problems and of other news each. The newest lose, since an engine that fell takes all
 * servers with it; a problem that lost is told later, other news never.
 */
export const maxNewsPerMinute = 8;
/** More problems than this that are told late are told in one. */
const maxLate = 3;

interface Entry {
  server: ServerSummary;
  memory: Remembered;
  /** When each kind was shown last. */
  shownAt: Map<NewsKind, number>;
  /** Crashes that weren't shown. */
  unsaidCrashes: number;
  /** A crash was shown, but not that it is over. */
  owesRecovery: boolean;
  /** Other problems that were cut. */
  owed: Map<NewsKind, NotificationEvent>;
}

export interface PolicyOptions {
  /** Milliseconds of a clock that nobody sets back. */
  now?: () => number;
  /** Asked before anything is counted: what nobody wants takes no room from what somebody does. */
  isWanted?: (kind: NewsKind) => boolean;
}

/**
 * Decides what is news. It is fed with all that a host's socket says of its servers. What it sees first is known, and no
 * news; a list after a connection was lost is compared with what was known before. Bounded by the host's servers.
 */
export class NotificationPolicy {
  private readonly entries = new Map<string, Entry>();
  private readonly now: () => number;
  private readonly isWanted: (kind: NewsKind) => boolean;
  /** When news was told within the last minute: of problems, and of all else. */
  private readonly recent = { problems: [] as number[], others: [] as number[] };

  constructor({ now = () => performance.now(), isWanted = () => true }: PolicyOptions = {}) {
    this.now = now;
    this.isWanted = isWanted;
  }

  /** The whole list, as it comes at each connect. */
  list(servers: readonly ServerSummary[]): NotificationEvent[] {
    const ids = new Set(servers.map(({ internal_id }) => internal_id));
    for (const id of this.entries.keys()) if (!ids.has(id)) this.entries.delete(id);
    return servers.flatMap((server) => this.server(server));
  }

  /** One server that is new or different. */
  server(server: ServerSummary): NotificationEvent[] {
    const now = this.now();
    const entry = this.entries.get(server.internal_id);
    if (!entry) {
      const memory = remember(null, server, now);
      const nothing = { unsaidCrashes: 0, owesRecovery: false };
      this.entries.set(server.internal_id, {
        server,
        memory,
        shownAt: new Map(),
        owed: new Map(),
        ...nothing,
      });
      return [];
    }
    const { memory } = entry;
    entry.server = server;
    entry.memory = remember(memory, server, now);
    if (crashedSince(memory, server)) entry.unsaidCrashes += 1;
    return newsBetween(memory, server, now).filter((news) => this.tells(entry, news));
  }

  removed(id: string): void {
    this.entries.delete(id);
  }

  /** A server's daemon message. */
  message(id: string, text: string): NotificationEvent[] {
    const entry = this.entries.get(id);
    const news = entry ? newsOfMessage(entry.server, text) : null;
    return entry && news && this.tells(entry, news) ? [news] : [];
  }

  /** Whether `overdue` may have something to tell later. */
  get isOwing(): boolean {
    return [...this.entries.values()].some(owes);
  }

  /** The problems that were kept back, once a server's minute is over and there is room. To be asked every few seconds while `isOwing`. */
  overdue(): NotificationEvent[] {
    const due = [...this.entries.values()].filter(owes).flatMap((entry) => this.late(entry));
    if (due.length === 0 || !this.hasRoom('several')) return [];
    if (due.length > maxLate) {
      for (const { entry, news } of due) this.settle(entry, news.kind);
      this.count('several');
      return [summaryOf(due.map(({ news }) => news))];
    }
    return due.flatMap(({ entry, news }) => {
      if (!this.hasRoom(news.kind)) return [];
      this.settle(entry, news.kind);
      this.count(news.kind);
      return [news];
    });
  }

  /** What a server's entry has to tell late; what is no longer so, or no longer wanted, is forgotten. */
  private late(entry: Entry): { entry: Entry; news: NotificationEvent }[] {
    if (entry.server.state !== 'failed' || !this.isWanted('install-failed'))
      entry.owed.delete('install-failed');
    if (!this.isWanted('out-of-space')) entry.owed.delete('out-of-space');
    if (!this.isWanted('crashed')) forgetCrashes(entry);
    const news = [...entry.owed.values()];
    const last = Math.max(shownAt(entry, 'crashed'), shownAt(entry, 'recovered'));
    if (this.now() - last >= sameNewsMs) {
      const story = crashStory(entry, last > Number.NEGATIVE_INFINITY);
      if (story) news.push(story);
      else forgetCrashes(entry);
    }
    return news.map((one) => ({ entry, news: one }));
  }

  private tells(entry: Entry, news: NotificationEvent): boolean {
    const { kind } = news;
    if (!this.isWanted(kind)) return false;
    const isSoon = this.now() - shownAt(entry, kind) < sameNewsMs;
    if (isSoon || !this.hasRoom(kind)) {
      if (kind === 'recovered') entry.owesRecovery = true;
      // A crash is owed by its count.
      else if (kind !== 'crashed' && isProblem(kind) && !isSoon) entry.owed.set(kind, news);
      return false;
    }
    this.settle(entry, kind);
    this.count(kind);
    return true;
  }

  private settle(entry: Entry, kind: NewsKind): void {
    entry.shownAt.set(kind, this.now());
    entry.owed.delete(kind);
    if (kind === 'recovered' || kind === 'crashed') forgetCrashes(entry);
  }

  private room(kind: NewsKind): number[] {
    return isProblem(kind) ? this.recent.problems : this.recent.others;
  }

  private hasRoom(kind: NewsKind): boolean {
    const room = this.room(kind);
    const now = this.now();
    while (room[0] !== undefined && now - room[0] >= 60_000) room.shift();
    return room.length < maxNewsPerMinute;
  }

  private count(kind: NewsKind): void {
    this.room(kind).push(this.now());
  }
}

const shownAt = (entry: Entry, kind: NewsKind): number => entry.shownAt.get(kind) ?? Number.NEGATIVE_INFINITY;

const owes = ({ unsaidCrashes, owesRecovery, owed }: Entry): boolean =>
  unsaidCrashes > 0 || owesRecovery || owed.size > 0;

function forgetCrashes(entry: Entry): void {
  entry.unsaidCrashes = 0;
  entry.owesRecovery = false;
}

/** What is to be told of crashes that weren't, as things are now; null: they are past, by somebody's wish. */
function crashStory(
  { server, unsaidCrashes, owesRecovery }: Entry,
  isMore: boolean,
): NotificationEvent | null {
  const { internal_id: serverId, name: serverName, state, last_exit } = server;
  const who = { serverId, serverName };
  const times = { count: unsaidCrashes, isMore };
  if (state === 'running' && unsaidCrashes > 0)
    return {
      kind: 'recovered',
      ...who,
      text: strings.recoveredTimes(serverName, times, last_exit?.reason),
    };
  if (state === 'running' && owesRecovery)
    return { kind: 'recovered', ...who, text: strings.recovered(serverName, last_exit?.reason) };
  if (state === 'running' || unsaidCrashes === 0 || !hasCrashed(last_exit)) return null;
  const isFirst = unsaidCrashes === 1 && !isMore;
  const text = isFirst
    ? strings.crashed(serverName, last_exit.reason)
    : strings.crashedTimes(serverName, times, last_exit.reason);
  return { kind: 'crashed', ...who, text };
}

/** One piece of news for many problems; its title counts them. */
function summaryOf(news: readonly NotificationEvent[]): NotificationEvent {
  const names = [...new Set(news.map(({ serverName }) => serverName))];
  return {
    kind: 'several',
    serverId: news[0]?.serverId ?? '',
    serverName: strings.severalServers(names.length),
    text: strings.severalTroubled(names.slice(0, maxLate).join(', '), names.length - maxLate),
  };
}
