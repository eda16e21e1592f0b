import type { ServerSummary } from '../../shared/model/host.ts';
import { hasCrashed } from '../../shared/model/server.ts';
import type { NotificationEvent } from './contract.ts';
import { newsBetween, newsOfMessage, type Remembered, remember } from './notification-event.ts';
import { strings } from './shell-strings.ts';

/** The same kind of news of the same server is told once in this time, in ms: a crash loop is one story. */
export const sameNewsMs = 60_000;
/** Of all servers together this many in a minute; the newest lose, since an engine that fell takes all servers with it. */
export const maxNewsPerMinute = 8;

interface Entry {
  server: ServerSummary;
  memory: Remembered;
  /** When each kind was shown last. */
  shownAt: Map<NotificationEvent['kind'], number>;
  /** Crashes that weren't shown, since one had been shortly before. */
  unsaidCrashes: number;
}

/**
 * Decides what is news. It is fed with all that a host's socket says of its servers. What it sees first is known, and no
 * news; a list after a connection was lost is compared with what was known before. Bounded by the host's servers.
 */
export class NotificationPolicy {
  private readonly entries = new Map<string, Entry>();
  private readonly now: () => number;
  /** When news was told within the last minute. */
  private recent: number[] = [];

  /** `now` in milliseconds of a clock that nobody sets back. */
  constructor(now: () => number = () => performance.now()) {
    this.now = now;
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
      this.entries.set(server.internal_id, { server, memory, shownAt: new Map(), unsaidCrashes: 0 });
      return [];
    }
    const { memory } = entry;
    entry.server = server;
    entry.memory = remember(memory, server, now);
    return newsBetween(memory, server, now).filter((news) => this.mayTell(entry, news));
  }

  removed(id: string): void {
    this.entries.delete(id);
  }

  /** A server's daemon message. */
  message(id: string, text: string): NotificationEvent[] {
    const entry = this.entries.get(id);
    const news = entry ? newsOfMessage(entry.server, text) : null;
    return entry && news && this.mayTell(entry, news) ? [news] : [];
  }

  /** Whether `overdue` may have something to tell later. */
  get isOwing(): boolean {
    return [...this.entries.values()].some(({ unsaidCrashes }) => unsaidCrashes > 0);
  }

  /** The crashes that were kept back, once a server's minute is over. To be asked every few seconds while `isOwing`. */
  overdue(): NotificationEvent[] {
    return [...this.entries.values()].flatMap((entry) => {
      const { server, unsaidCrashes } = entry;
      const last = entry.shownAt.get('crashed') ?? 0;
      if (unsaidCrashes === 0 || this.now() - last < sameNewsMs) return [];
      entry.unsaidCrashes = 0;
      const { internal_id, name, last_exit, state } = server;
      // It has come back for good meanwhile: that was told, or can be seen.
      if (state === 'running' || !hasCrashed(last_exit)) return [];
      const text = strings.crashedMore(name, unsaidCrashes, last_exit.reason);
      const news: NotificationEvent = { kind: 'crashed', serverId: internal_id, serverName: name, text };
      return this.mayTell(entry, news) ? [news] : [];
    });
  }

  private mayTell(entry: Entry, { kind }: NotificationEvent): boolean {
    const now = this.now();
    const last = entry.shownAt.get(kind);
    if (last !== undefined && now - last < sameNewsMs) {
      if (kind === 'crashed') entry.unsaidCrashes += 1;
      return false;
    }
    this.recent = this.recent.filter((at) => now - at < 60_000);
    if (this.recent.length >= maxNewsPerMinute) return false;
    this.recent.push(now);
    entry.shownAt.set(kind, now);
    return true;
  }
}
