import { HttpClient } from '../../client/http-client.ts';
import { askPower } from '../../client/power.ts';
import { ReconnectingSocket, type SocketStatus } from '../../client/reconnecting-socket.ts';
import { probeToken } from '../../client/token-probe.ts';
import type { Connection } from '../../shared/model/connection.ts';
import type { EngineState, ServerSummary } from '../../shared/model/host.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import { parseFrame } from '../../shared/protocol/parse.ts';
import { type HostEvent, hostEventSchema } from '../../shared/protocol/server-events.ts';
import { Emitter } from '../lib/emitter.ts';
import { type Log, silentLog } from '../lib/log.ts';
import type { HostWatch, NewsKind, NotificationEvent } from './contract.ts';
import { NotificationPolicy } from './notification-policy.ts';
import { openNodeSocket } from './open-node-socket.ts';
import { strings } from './shell-strings.ts';

export interface HostWatchOptions {
  /** Where the host is and its token; asked anew for each connect and call. One that throws is asked again. */
  connection: () => Connection;
  /** Whether the user wants news of that kind; all are by default. */
  isWanted?: (kind: NewsKind) => boolean;
  log?: Log;
}

/** A host's watch that also knows of the engine, and can be told that the machine woke up. */
export interface OpenHostWatch extends HostWatch {
  /** What the host says of its Docker engine; null while the host is out of reach. */
  readonly engine: EngineState['status'] | null;
  /** Connects at once if there is no connection. */
  retryNow(): void;
}

/** After a refusal, in ms: wrong tokens are counted by address, and the page comes from the same one. */
const refusedRetryMs = 60_000;
/** A host that takes longer for an answer is as good as away, in ms. */
const answerMs = 30_000;

/** How often crashes that were kept back are looked at, in ms. */
const overdueMs = 5_000;

/** What one must see to be told of a change. Figures come every second and change nothing here. */
const face = ({ internal_id, name, state, started_at, last_exit }: ServerSummary): string =>
  JSON.stringify([internal_id, name, state, started_at, last_exit?.at ?? null]);

/** Watches the host by its socket, as every client does. The list keeps the host's order, which is that of creation; figures in it are old. */
class Watch implements OpenHostWatch {
  servers: readonly ServerSummary[] | null = null;
  engine: EngineState['status'] | null = null;
  private readonly log: Log;
  private readonly changes: Emitter<void>;
  private readonly news: Emitter<NotificationEvent>;
  private readonly desk: NotificationPolicy;
  private readonly socket: ReconnectingSocket;
  private readonly client: HttpClient;
  private overdue: NodeJS.Timeout | null = null;

  constructor({ connection, isWanted, log = silentLog }: HostWatchOptions) {
    this.log = log;
    this.desk = new NotificationPolicy({ ...(isWanted ? { isWanted } : {}) });
    const onError = (error: unknown): void =>
      this.log.error({ error: String(error) }, 'a listener of the host’s watch failed');
    this.changes = new Emitter(onError);
    this.news = new Emitter(onError);
    this.client = new HttpClient({
      connection,
      answerMs,
      get unreachable() {
        return strings.hostUnreachable();
      },
    });
    this.socket = new ReconnectingSocket({
      path: '/ws',
      connection,
      query: () => ({ stats: 'false' }),
      onText: (text) => this.take(text),
      onStatus: (status) => this.connectionChanged(status),
      onRefused: (problem) => this.log.warn({ problem }, 'the host refuses this app’s token'),
      tokenRefusal,
      refusedRetryMs,
      openSocket: openNodeSocket,
    });
    this.socket.start();
  }

  onChange(listener: () => void): () => void {
    return this.changes.on(listener);
  }

  onNews(listener: (news: NotificationEvent) => void): () => void {
    return this.news.on(listener);
  }

  async power(serverId: string, action: PowerAction): Promise<void> {
    await askPower(this.client, serverId, action);
  }

  retryNow(): void {
    this.socket.retryNow();
  }

  close(): void {
    this.socket.close();
    if (this.overdue) clearTimeout(this.overdue);
    this.overdue = null;
    this.servers = null;
    this.engine = null;
    this.changes.clear();
    this.news.clear();
  }

  private connectionChanged(status: SocketStatus): void {
    if (status.status !== 'offline') return;
    this.log.debug({ ms: status.retryAt - Date.now() }, 'no connection to the host; trying again');
    if (this.servers === null && this.engine === null) return;
    this.servers = null;
    this.engine = null;
    this.changes.emit();
  }

  private take(text: string): void {
    const parsed = parseFrame(hostEventSchema, text);
    // What we don't know comes from a newer host; it is no reason to fail.
    if (!parsed.ok) return;
    const news = this.apply(parsed.value);
    for (const one of news) this.news.emit(one);
    this.lookLater();
  }

  private apply(event: HostEvent): NotificationEvent[] {
    switch (event.event) {
      case 'host': {
        const { status } = event.data.engine;
        if (status === this.engine) return [];
        this.engine = status;
        this.changes.emit();
        return [];
      }
      case 'containers':
        this.replace(event.data);
        return this.desk.list(event.data);
      case 'container':
        this.replace(withServer(this.servers ?? [], event.data));
        return this.desk.server(event.data);
      case 'container_removed':
        this.replace((this.servers ?? []).filter(({ internal_id }) => internal_id !== event.data));
        this.desk.removed(event.data);
        return [];
      case 'daemon_message':
        return event.internal_id === undefined ? [] : this.desk.message(event.internal_id, event.data);
      case 'stats':
      case 'operation':
      case 'changed':
      case 'token_expiring':
        return [];
    }
  }

  private replace(servers: readonly ServerSummary[]): void {
    const before = this.servers?.map(face).join();
    this.servers = servers;
    if (before !== servers.map(face).join()) this.changes.emit();
  }

  private lookLater(): void {
    if (this.overdue || !this.desk.isOwing) return;
    this.overdue = setTimeout(() => {
      this.overdue = null;
      for (const one of this.desk.overdue()) this.news.emit(one);
      this.lookLater();
    }, overdueMs);
  }
}

function withServer(servers: readonly ServerSummary[], server: ServerSummary): readonly ServerSummary[] {
  const isIt = ({ internal_id }: ServerSummary): boolean => internal_id === server.internal_id;
  return servers.some(isIt) ? servers.map((one) => (isIt(one) ? server : one)) : [...servers, server];
}

/** Why the host takes no sockets with this token, in its own words; null if it does, or can't be reached. */
async function tokenRefusal(connection: Connection): Promise<string | null> {
  const answer = await probeToken(connection);
  if (answer === null || ![401, 403, 429].includes(answer.status)) return null;
  return answer.error ?? `The host answered ${answer.status}.`;
}

/** Begins to watch the host; it connects by itself, and again whenever the connection is lost, until `close`. */
export function openHostWatch(options: HostWatchOptions): OpenHostWatch {
  return new Watch(options);
}
