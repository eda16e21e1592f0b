import type { HostInfo } from '../../shared/model/host.ts';
import type { Stats } from '../../shared/protocol/server-events.ts';
import type { HostNews, NewsItem } from '../feature/host-news.ts';
import { hostForGuests } from '../host/host-for-guests.ts';
import type { HostInfoSource } from '../host/info.ts';
import type { Operations } from '../operations/operations.ts';
import type { Registry } from '../servers/registry/registry.ts';
import type { RegistryEvent } from '../servers/registry/registry-event.ts';
import { statsEqual } from '../stats/compute.ts';
import type { StatsSampler } from '../stats/contract.ts';
import { encodeEvent } from '../wire/encode-event.ts';
import type { ClientConnection } from './connection.ts';

export interface HostSessionOptions {
  connection: ClientConnection;
  registry: Pick<Registry, 'summaries' | 'onEvent'>;
  sampler: Pick<StatsSampler, 'want' | 'onSample'>;
  hostInfo: Pick<HostInfoSource, 'current' | 'onChange'>;
  news: Pick<HostNews, 'on'>;
  operations: Pick<Operations, 'running'>;
  /** False: the servers' figures aren't sent, and nothing is measured for this client. */
  wantsStats: boolean;
}

/** One client on the host's socket (H1–H3): the host and every server it may see, then only changes. */
export class HostSession {
  private readonly options: HostSessionOptions;
  private readonly connection: ClientConnection;
  /** Last stats sent, and the newest that found no room, by server. */
  private readonly sent = new Map<string, Stats>();
  private readonly waiting = new Map<string, Stats>();
  private readonly wanted = new Map<string, () => void>();

  constructor(options: HostSessionOptions) {
    this.options = options;
    this.connection = options.connection;
    const { registry, sampler, hostInfo, connection } = options;
    const { scope } = connection;
    const isBound = connection.grant.containers !== null;
    const shown = (info: HostInfo): HostInfo => (isBound ? hostForGuests(info) : info);
    connection.send(encodeEvent({ event: 'host', data: shown(hostInfo.current()) }));
    const visible = registry.summaries().filter(({ internal_id }) => this.maySee(internal_id));
    connection.send(encodeEvent({ event: 'containers', data: visible }));
    for (const { internal_id, stats } of visible) {
      if (stats) this.sent.set(internal_id, stats);
      this.want(internal_id);
    }
    for (const operation of options.operations.running().reverse())
      this.tell({ container: operation.container, event: { event: 'operation', data: operation } });
    let last = JSON.stringify(shown(hostInfo.current()));
    const change = (info: HostInfo): void => {
      const data = shown(info);
      // Of what changes each second a guest is shown nothing.
      if (last === JSON.stringify(data)) return;
      last = JSON.stringify(data);
      connection.send(encodeEvent({ event: 'host', data }));
    };
    scope.add(hostInfo.onChange(change));
    scope.add(options.news.on((item) => this.tell(item)));
    scope.add(registry.onEvent((event) => this.onRegistry(event)));
    scope.add(sampler.onSample(({ server, stats }) => this.stats(server, stats)));
    scope.add(() => {
      for (const dispose of this.wanted.values()) dispose();
    });
  }

  text(): void {
    this.connection.badFrame("the host's socket takes no commands; use /ws/:internal_id");
  }

  room(): void {
    if (!this.connection.hasRoom) return;
    for (const [server, stats] of this.waiting) this.stats(server, stats);
  }

  private maySee(server: string): boolean {
    return this.connection.grant.may('containers.read', server);
  }

  /** What is about the host alone is nothing for a token that is bound to some servers (B19). */
  private tell({ container, event }: NewsItem): void {
    const { grant } = this.connection;
    if (container === null ? grant.containers === null : this.maySee(container))
      this.connection.send(encodeEvent(event));
  }

  private want(server: string): void {
    if (this.options.wantsStats && !this.wanted.has(server))
      this.wanted.set(server, this.options.sampler.want(server));
  }

  private onRegistry(event: RegistryEvent): void {
    const id = event.type === 'changed' ? event.summary.internal_id : event.id;
    // What became of it is told by whoever keeps a report of that.
    if (event.type === 'ended' || event.type === 'began' || !this.maySee(id)) return;
    if (event.type === 'changed') {
      this.want(id);
      this.connection.send(encodeEvent({ event: 'container', data: event.summary }));
      return;
    }
    if (event.type === 'redefined') {
      this.connection.send(encodeEvent({ event: 'changed', topic: 'containers', internal_id: id }));
      return;
    }
    if (event.type === 'told') {
      this.connection.send(encodeEvent({ event: 'daemon_message', data: event.text, internal_id: id }));
      return;
    }
    this.wanted.get(id)?.();
    for (const map of [this.wanted, this.sent, this.waiting]) map.delete(id);
    this.connection.send(encodeEvent({ event: 'container_removed', data: id }));
  }

  private stats(server: string, stats: Stats): void {
    const last = this.sent.get(server);
    if (!this.wanted.has(server) || (last && statsEqual(last, stats))) return;
    if (this.connection.isFull) {
      this.waiting.set(server, stats);
      return;
    }
    this.waiting.delete(server);
    this.sent.set(server, stats);
    this.connection.send(encodeEvent({ event: 'stats', internal_id: server, ...stats }));
  }
}
