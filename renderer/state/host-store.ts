import type { StoreApi } from 'zustand/vanilla';
import { ReconnectingSocket, type SocketStatus } from '../../client/reconnecting-socket.ts';
import { tokenRefusal } from '../../client/token-probe.ts';
import type { ServerSummary } from '../../shared/model/host.ts';
import { parseFrame } from '../../shared/protocol/parse.ts';
import { type HostEvent, hostEventSchema } from '../../shared/protocol/server-events.ts';
import { queryClient } from '../link/api.ts';
import { session } from '../link/session.ts';
import { FrameStore } from './frame-store.ts';
import { applyHostEvent, type HostState, unknownHost } from './host-state.ts';
import { liveKey, liveKeyOfAll, liveKeys } from './live-key.ts';
import { Series } from './series.ts';

export interface HostView extends HostState {
  link: SocketStatus;
  /** When the token expires, Unix milliseconds; null while it isn't near. */
  expiresAt: number | null;
}

/** A server's last minutes, for the small charts of the lists. Points are added in place; `HostView` changes with each. */
interface Trend {
  cpu: Series;
  memory: Series;
}

const trendPoints = 120;

/** What the host's socket tells, for all pages. React is notified once a frame, however much comes. */
export class HostStore {
  readonly store: StoreApi<HostView>;
  private readonly view: FrameStore<HostView>;
  private readonly trends = new Map<string, Trend>();
  private link: ReconnectingSocket | null = null;

  constructor() {
    this.view = new FrameStore<HostView>({
      ...unknownHost,
      link: { status: 'connecting' },
      expiresAt: null,
    });
    this.store = this.view.store;
  }

  /** Connects with the session's token; again after each sign-in. Returns its disposer. */
  start(): () => void {
    const link = new ReconnectingSocket({
      path: '/ws',
      connection: () => session.connection(),
      query: () => ({}),
      onText: (text) => this.take(text),
      onStatus: (status) =>
        this.view.change({ link: status, ...(status.status === 'online' ? { expiresAt: null } : {}) }),
      onRefused: (problem) => session.refused(problem),
      tokenRefusal,
    });
    this.link = link;
    link.start();
    return () => {
      link.close();
      if (this.link === link) this.link = null;
      this.view.change({ ...unknownHost, link: { status: 'connecting' }, expiresAt: null });
    };
  }

  retryNow(): void {
    this.link?.retryNow();
  }

  trend(server: string): Trend {
    const known = this.trends.get(server);
    if (known) return known;
    const trend = { cpu: new Series(trendPoints), memory: new Series(trendPoints) };
    this.trends.set(server, trend);
    return trend;
  }

  private take(text: string): void {
    const parsed = parseFrame(hostEventSchema, text);
    // What we don't know comes from a newer host; it is no reason to fail.
    if (!parsed.ok) return;
    const event = parsed.value;
    this.note(event);
    askAgain(event);
    if (event.event === 'token_expiring')
      this.view.change({ expiresAt: Date.now() + event.expires_in * 1000 });
    this.view.change(applyHostEvent(this.view.current, event));
  }

  private note(event: HostEvent): void {
    if (event.event === 'containers') this.catchUp(event.data);
    if (event.event === 'container_removed') this.trends.delete(event.data);
    if (event.event === 'container' && event.data.stats === null) this.breakTrend(event.data.internal_id);
    if (event.event !== 'stats') return;
    const trend = this.trend(event.internal_id);
    const now = Date.now();
    trend.cpu.push(now, event.cpu_usage);
    trend.memory.push(now, event.memory_usage);
  }

  /** The whole list, after each connect: what went or stopped while the link was down was not told one by one. */
  private catchUp(servers: readonly ServerSummary[]): void {
    const known = new Map(servers.map((server) => [server.internal_id, server]));
    for (const id of [...this.trends.keys()]) {
      const server = known.get(id);
      if (server === undefined) this.trends.delete(id);
      else if (server.stats === null) this.breakTrend(id);
    }
  }

  /** A server that stopped has no figures: its line gets a gap, not a bridge. */
  private breakTrend(server: string): void {
    const trend = this.trends.get(server);
    if (trend === undefined || trend.cpu.last === null) return;
    const now = Date.now();
    trend.cpu.push(now, null);
    trend.memory.push(now, null);
  }
}

/** After each connect everything live is asked again: what changed while the link was down was not told. */
function askAgain(event: HostEvent): void {
  if (event.event === 'containers') void queryClient.invalidateQueries({ queryKey: liveKeys });
  if (event.event !== 'changed') return;
  void queryClient.invalidateQueries({ queryKey: liveKey(event.topic, event.internal_id) });
  void queryClient.invalidateQueries({ queryKey: liveKeyOfAll(event.topic) });
}

export const hostStore = new HostStore();

export const findServer = (view: HostView, id: string): ServerSummary | undefined =>
  view.servers?.find(({ internal_id }) => internal_id === id);
