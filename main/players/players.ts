import { isDeepStrictEqual } from 'node:util';
import { LightdeckError } from '../../shared/errors.ts';
import type { PlayersReply } from '../../shared/http/players.ts';
import {
  type PlayerCount,
  type PlayerSession,
  type PlayersSetting,
  queryProtocol,
} from '../../shared/model/players.ts';
import { Limiter } from '../lib/limiter.ts';
import type { Log } from '../lib/log.ts';
import { Scope } from '../lib/scope.ts';
import { publishedAt } from '../network/published-at.ts';
import type { Servers, ServerView } from '../servers/contract.ts';
import type { RoomTables } from '../store/contract.ts';
import type { StoreHealth } from '../store/health.ts';
import { RetriedWrites } from '../store/retried-writes.ts';
import type { PlayersChannels, QueryTarget } from './contract.ts';
import { CountHistory } from './count-history.ts';
import { PlayerTable } from './player-table.ts';
import type { AskPlayers } from './query/contract.ts';
import { runName, ServerPlayers } from './server-players.ts';

export interface PlayersOptions {
  tables: RoomTables;
  servers: Pick<Servers, 'list' | 'get' | 'onEvent' | 'logs'>;
  channels: PlayersChannels;
  ask: AskPlayers;
  /** The machine that the engine publishes its ports on, where that isn't this one. */
  engineHost: () => string | null;
  health?: Pick<StoreHealth, 'reportFailure' | 'reportSuccess' | 'onChange'> | undefined;
  /** What is known of a server's players has changed. */
  onChange: (server: string) => void;
  /** Unix ms. */
  now: () => number;
  log: Log;
}

interface Counted {
  players: ServerPlayers;
  setting: PlayersSetting;
  stopListening: () => void;
  shown: PlayerCount | null;
}

/** Servers that are asked at the same time. */
const askedAtOnce = 8;
/** Least time between two times that pages are told to ask again, in ms. */
const tellEveryMs = 1000;

/** Who plays on the servers of this host. */
export class Players {
  private readonly options: PlayersOptions;
  private readonly table: PlayerTable;
  private readonly all = new Map<string, Counted>();
  private readonly scope = new Scope();
  private readonly writes: RetriedWrites;
  private readonly queue = new Limiter(askedAtOnce);
  private readonly history: CountHistory;
  private readonly toldLater = new Set<string>();

  /** Begins at once; `close` ends it. */
  constructor(options: PlayersOptions) {
    const { servers, health, now } = options;
    this.options = options;
    this.table = new PlayerTable(options.tables);
    this.writes = new RetriedWrites({ what: 'players', health });
    this.scope.add(() => this.writes.close());
    this.history = new CountHistory({
      table: this.table,
      writes: this.writes,
      counts: () => [...this.all].map(([server, { players }]) => ({ server, count: players.count })),
      now,
    });
    this.scope.add(() => this.history.close());
    this.scope.add(() => this.queue.close());
    this.scope.add(() => this.closeAll());
    this.scope.add(
      servers.onEvent((event) => {
        if (event.type === 'removed') this.forget(event.id);
        else if (event.type === 'changed') this.look(event.summary.internal_id);
      }),
    );
    for (const { definition } of servers.list()) this.look(definition.internal_id);
  }

  /** Whether there is a way to know who plays there. */
  tells(server: string): boolean {
    const { query, console } = this.options.servers.get(server)?.definition.players ?? {};
    return Boolean(query ?? console);
  }

  /** How many play right now: it is asked where that is how it is known. Null: nobody knows. Never rejects. */
  async count(server: string): Promise<number | null> {
    const view = this.options.servers.get(server);
    if (view && ['installed', 'exit', 'failed'].includes(view.state)) return 0;
    const counted = this.all.get(server);
    await counted?.players.askNow();
    return counted?.players.count?.online ?? null;
  }

  /** What is known; for a while it is asked more often, since somebody looks. */
  show(server: string): PlayersReply {
    const players = this.all.get(server)?.players;
    players?.look();
    const { count = null, countedAt = null, players: names = null } = players ?? {};
    const none = { state: 'none', why: '' } as const;
    return {
      online: count?.online ?? null,
      max: count?.max ?? null,
      players: names,
      counted_at: count && countedAt,
      ...(players?.sources ?? { query: none, console: none }),
    };
  }

  /** As `show`, after it was asked. Throws LightdeckError `conflict` where it can't be asked. */
  async ask(server: string): Promise<PlayersReply> {
    const counted = this.all.get(server);
    if (counted === undefined || counted.setting.query === null)
      throw new LightdeckError('conflict', 'This server has no query that it could be asked by');
    await counted.players.askNow();
    return this.show(server);
  }

  /** Newest first, those that go on before the others. */
  sessions(server: string): PlayerSession[] {
    // What has just happened belongs to it.
    this.write(server);
    return this.table.sessions(server);
  }

  counts(server: string, span: Parameters<CountHistory['points']>[1]) {
    return this.history.points(server, span);
  }

  close(): void {
    this.scope.close();
  }

  private closeAll(): void {
    for (const [server, one] of this.all) {
      this.write(server);
      one.stopListening();
      one.players.close();
    }
    this.all.clear();
  }

  /** A server is there, or is not what it was. */
  private look(server: string): void {
    const view = this.options.servers.get(server);
    const setting = view?.definition.players ?? null;
    const old = this.all.get(server);
    if (old && !isDeepStrictEqual(old.setting, setting)) this.drop(server, old);
    if (!view || setting === null) return;
    if (!this.all.has(server)) this.all.set(server, this.open(server, setting));
    this.all.get(server)?.players.update(stateOf(view));
  }

  private open(server: string, setting: PlayersSetting): Counted {
    const { servers, channels, ask, now } = this.options;
    const players = new ServerPlayers({
      setting,
      target: () => this.target(server),
      ask: ({ kind, host, port }, signal) => this.queue.run(() => ask(kind, { host, port }, signal)),
      read: (after) => servers.logs(server, { lines: 1_000_000, after }),
      stored: this.table.run(server),
      open: this.table.open(server),
      note: (run, change) => this.table.note(server, run, change),
      onWriteDue: () => this.write(server),
      onChange: () => this.changed(server),
      now,
    });
    const stopListening = channels.listen(server, {
      batch: (batch) => players.text(batch),
      state: (state) => {
        const view = servers.get(server);
        if (view) players.update({ ...stateOf(view), state });
      },
    });
    return { players, setting, stopListening, shown: null };
  }

  private drop(server: string, one: Counted): void {
    one.stopListening();
    one.players.end();
    this.write(server);
    one.players.close();
    this.all.delete(server);
    if (one.shown !== null) this.options.channels.show(server, null);
    this.options.onChange(server);
  }

  private forget(server: string): void {
    const one = this.all.get(server);
    one?.stopListening();
    one?.players.close();
    this.all.delete(server);
    this.writes.write(server, {
      work: () => this.table.removeOf(server),
      onFailed: (error) => this.options.log.warn({ server, err: error }, 'its players are removed later'),
      onDone: () => {},
    });
  }

  private write(server: string): void {
    const one = this.all.get(server);
    if (!one) return;
    this.writes.write(server, {
      work: () => one.players.write(),
      onFailed: (error) =>
        this.options.log.warn({ server, err: error }, 'who played can not be written down yet'),
      onDone: () => {},
    });
  }

  private changed(server: string): void {
    const one = this.all.get(server);
    if (!one || this.scope.isClosed) return;
    const { count } = one.players;
    if (!isDeepStrictEqual(count, one.shown)) {
      one.shown = count;
      this.options.channels.show(server, count);
    }
    if (this.toldLater.has(server)) return;
    this.toldLater.add(server);
    this.scope.timeout(() => {
      this.toldLater.delete(server);
      this.options.onChange(server);
    }, tellEveryMs);
  }

  private target(server: string): QueryTarget {
    const definition = this.options.servers.get(server)?.definition;
    const { query, port } = definition?.players ?? { query: null, port: null };
    if (!definition || query === null) return { why: 'there is no query' };
    const protocol = queryProtocol[query];
    const binding = definition.ports.find(
      (one) => one.protocol === protocol && (port === null || one.container_port === port),
    );
    if (!binding) {
      const which = port === null ? `port of ${protocol}` : `port ${port}/${protocol}`;
      return { why: `it has no published ${which} to be asked at: add one under Network` };
    }
    return { kind: query, ...publishedAt(binding, this.options.engineHost()) };
  }
}

function stateOf({ state, container_id, started_at }: ServerView) {
  const run = container_id !== null && started_at !== null ? runName(container_id, started_at) : null;
  return { state, run };
}
