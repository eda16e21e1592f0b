import type { Alert, AlertEvent } from '../../shared/model/alert.ts';
import type { EngineState, ServerSummary, StoreState } from '../../shared/model/host.ts';
import type { Operation } from '../../shared/model/operation.ts';
import type { WireState } from '../../shared/model/server.ts';
import type { HostFact, HostNews } from '../feature/host-news.ts';
import { Scope } from '../lib/scope.ts';
import type { Servers } from '../servers/contract.ts';
import type { RegistryEvent } from '../servers/registry/registry-event.ts';
import { backupAlert } from './operation-alerts.ts';

export interface HappeningsOptions {
  servers: Pick<Servers, 'onEvent' | 'list' | 'get'>;
  engine: { readonly state: EngineState; onState(listener: (state: EngineState) => void): () => void };
  health: { onChange(listener: (state: StoreState) => void): () => void };
  news: HostNews;
  /** Unix ms. */
  now: () => number;
  tell: (alert: Alert) => void;
}

/** What is known of a server between two looks. `state`: the last one that somebody knew; null as long as nobody did. */
interface Known {
  state: Exclude<WireState, 'unknown'> | null;
  /** How many play; null: nobody knows, or it doesn't run. */
  players: number | null;
}

/** The one place where what happens on this host becomes alerts. What is so already when it begins is no news. */
export class Happenings {
  private readonly options: HappeningsOptions;
  private readonly scope = new Scope();
  private readonly known = new Map<string, Known>();
  private engineWasUp: boolean;
  private engineIsMissed = false;

  constructor(options: HappeningsOptions) {
    const { servers, engine, health, news } = options;
    this.options = options;
    for (const { definition, state } of servers.list())
      this.known.set(definition.internal_id, knownOf(null, state, null));
    this.engineWasUp = engine.state.status === 'up';
    this.scope.add(servers.onEvent((event) => this.onServers(event)));
    this.scope.add(engine.onState((state) => this.onEngine(state)));
    this.scope.add(health.onChange((state) => this.onStore(state)));
    this.scope.add(news.onFact((fact) => this.onFact(fact)));
    this.scope.add(
      news.on(({ event }) => {
        if (event.event === 'operation') this.onOperation(event.data);
      }),
    );
  }

  close(): void {
    this.scope.close();
  }

  private onServers(event: RegistryEvent): void {
    if (event.type === 'removed') this.known.delete(event.id);
    else if (event.type === 'told')
      this.aboutServer('server_disk_full', event.id, 'has hardly any room left', '');
    else if (event.type === 'changed') this.onServer(event.summary);
  }

  private onServer(summary: ServerSummary): void {
    const { internal_id: id, state } = summary;
    const players = state === 'running' ? (summary.players?.online ?? null) : null;
    const before = this.known.get(id) ?? null;
    this.known.set(id, knownOf(before, state, players));
    if (before === null) return;
    if (before.state === 'installing' && state === 'installed')
      this.aboutServer('installed', id, 'is installed', '');
    if (before.players === 0 && players !== null && players > 0)
      this.aboutServer('first_player', id, 'has its first player', '');
    if (before.players !== null && before.players > 0 && players === 0)
      this.aboutServer('last_player', id, 'has no players any more', '');
    if (state === 'running' && before.state !== null && before.state !== 'running')
      this.aboutServer('started', id, 'runs', '');
  }

  private onEngine(state: EngineState): void {
    if (state.status === 'up') {
      if (this.engineIsMissed) this.aboutHost('engine_back', 'Docker answers again', '');
      this.engineIsMissed = false;
      this.engineWasUp = true;
    } else if (this.engineWasUp) {
      this.engineWasUp = false;
      this.engineIsMissed = true;
      this.aboutHost('engine_lost', 'Docker does not answer', state.status === 'down' ? state.cause : '');
    }
  }

  private onStore(state: StoreState): void {
    if (state.status === 'failing')
      this.aboutHost('host_disk_full', 'Nothing can be written down', state.problem);
    else this.aboutHost('host_disk_ok', 'All can be written down again', '');
  }

  private onOperation(operation: Operation): void {
    const found = backupAlert(operation);
    if (found) this.onFact({ ...found, container: operation.container });
  }

  private onFact({ event, container, title, detail, at }: HostFact): void {
    if (container === null) this.aboutHost(event, title, detail);
    else this.aboutServer(event, container, title, detail, at);
  }

  private aboutHost(event: AlertEvent, title: string, detail: string): void {
    this.options.tell({ event, at: this.options.now(), server: null, title, detail });
  }

  /** `what` follows the server's name. `at` is Unix ms; now, if it is left out. */
  private aboutServer(
    event: AlertEvent,
    id: string,
    what: string,
    detail: string,
    at = this.options.now(),
  ): void {
    const name = this.options.servers.get(id)?.definition.name ?? id;
    this.options.tell({ event, at, server: { id, name }, title: `${name} ${what}`, detail });
  }
}

function knownOf(before: Known | null, state: WireState, players: number | null): Known {
  return { state: state === 'unknown' ? (before?.state ?? null) : state, players };
}
