import { type ClientEvent, clientEventSchema } from '../../shared/protocol/client-events.ts';
import { parseFrame } from '../../shared/protocol/parse.ts';
import type { ServerEvent, Stats } from '../../shared/protocol/server-events.ts';
import type { ConsoleBatch } from '../console/console-output.ts';
import type { Limiter } from '../lib/limiter.ts';
import type { Channel, ChannelListener } from '../servers/registry/channel.ts';
import type { Server } from '../servers/server.ts';
import { statsEqual } from '../stats/compute.ts';
import { encodeEvent } from '../wire/encode-event.ts';
import { encodeStats } from '../wire/encode-once.ts';
import { handleClientEvent } from './client-events.ts';
import type { ClientConnection } from './connection.ts';
import { ConsoleDelivery } from './console-delivery.ts';

export interface ServerSessionOptions {
  connection: ClientConnection;
  channel: Channel;
  serverId: string;
  findServer: () => Server | null;
  /** It is on record, and not there yet. */
  isBeingSetUp: () => boolean;
  /** S9: whether each console frame is followed by its twin. */
  twins: boolean;
  /** X3: the offset to resume at. */
  after: number | null;
  /** Reads of long histories, all clients' together. */
  logReads: Limiter;
  wantStats: () => () => void;
  /** Told of each parsed event, and why it was refused (null: it was done). */
  onHandled: (event: ClientEvent, refused: string | null) => void;
}

/** One client on one server's socket: what it hears of the server, and what it asks of it. */
export class ServerSession implements ChannelListener {
  private readonly options: ServerSessionOptions;
  private readonly connection: ClientConnection;
  private readonly mayRead: boolean;
  private server: Server | null = null;
  private console: ConsoleDelivery;
  private lastStats: Stats | null = null;
  private waitingStats: Stats | null = null;

  constructor(options: ServerSessionOptions) {
    this.options = options;
    this.connection = options.connection;
    this.mayRead = this.connection.grant.may('console.read', options.serverId);
    // What is gathered belongs to those who were here before.
    options.findServer()?.output.flush();
    options.channel.listeners.add(this);
    this.connection.scope.add(() => options.channel.listeners.delete(this));
    this.connection.scope.add(options.wantStats());
    this.console = this.deliver(null);
    this.join(options.after);
  }

  private deliver(source: Server | null): ConsoleDelivery {
    const { twins, logReads } = this.options;
    return new ConsoleDelivery({ connection: this.connection, source, twins, logReads });
  }

  /** S6, X3: the state, the last stats, then what the client asks to resume with. */
  private join(after: number | null): void {
    const { connection } = this;
    const server = this.options.findServer();
    this.server = server;
    this.console.close();
    this.console = this.deliver(server);
    this.lastStats = null;
    if (!server) return;
    connection.send(encodeEvent({ event: 'event', data: server.wireState }));
    const stats = server.summary().stats;
    if (stats) this.stats(stats);
    // Whoever comes later must not wonder why.
    if (server.wireState === 'failed') connection.error(`install failed: ${server.view().install_error}`);
    if (after !== null && this.mayRead) this.console.resume(after);
  }

  serverChanged(): void {
    // Offsets of another server that happened to have this id mean nothing here.
    this.join(this.server === null ? this.options.after : null);
  }

  event(event: ServerEvent): void {
    this.console.event(event);
  }

  batch(batch: ConsoleBatch): void {
    if (this.mayRead) this.console.batch(batch);
  }

  stats(stats: Stats): void {
    if (this.lastStats && statsEqual(this.lastStats, stats)) {
      this.waitingStats = null;
      return;
    }
    if (this.connection.isFull) {
      this.waitingStats = stats;
      return;
    }
    this.waitingStats = null;
    this.lastStats = stats;
    this.connection.send(encodeStats(stats));
  }

  failed(error: unknown): void {
    this.connection.fail(error);
  }

  /** The queue has room again: what was dropped is told, the newest stats are sent. */
  room(): void {
    if (!this.connection.hasRoom) return;
    this.console.room();
    if (this.waitingStats) this.stats(this.waitingStats);
  }

  /** A frame of the client. Frames are acted on in the order of their arrival; what can't be done is answered with `Error: …`. */
  text(text: string): void {
    const parsed = parseFrame(clientEventSchema, text);
    if (!parsed.ok) {
      this.connection.badFrame(parsed.problem);
      return;
    }
    const refused = handleClientEvent(
      {
        grant: this.connection.grant,
        serverId: this.options.serverId,
        server: this.server,
        isBeingSetUp: this.options.isBeingSetUp,
        logs: (lines, before) => this.console.requestLogs(lines, before),
      },
      parsed.value,
    );
    this.options.onHandled(parsed.value, refused);
    if (refused !== null) this.connection.error(refused);
  }
}
