import { type ClientEvent, clientEventSchema } from '../../shared/protocol/client-events.ts';
import { closeCodes } from '../../shared/protocol/close-codes.ts';
import { parseFrame } from '../../shared/protocol/parse.ts';
import type { Stats } from '../../shared/protocol/server-events.ts';
import type { ConsoleBatch } from '../console/console-output.ts';
import type { Channel, ChannelListener } from '../servers/registry/channel.ts';
import type { Server } from '../servers/server.ts';
import { statsEqual } from '../stats/compute.ts';
import { encodeConsole, encodeEvent } from '../wire/console-frames.ts';
import { encodeStats } from '../wire/encode-stats.ts';
import { handleClientEvent } from './client-events.ts';
import type { ClientConnection } from './connection.ts';

/** X4: a client that was full for this long is sent away, in ms. */
const maxFullMs = 30_000;
const replayChunk = 64 * 1024;
const maxLogRequests = 8;

/** A state change or message that came while text from before it was still on its way: it keeps its place (S8). */
interface HeldFrame {
  at: number;
  frame: Buffer;
}
const maxHeldFrames = 1000;

/**
 * How console text reaches this client. *live*: each batch as it comes. *replaying*: text from `cursor` on is read from the
 * history, batches are not looked at until the cursor has caught up. *dropping*: the queue was full, text from `from` on is missing. *ahead*: the
 * client has text that this host (restarted) still has to read from the engine's log.
 */
type Delivery =
  | { mode: 'live' }
  | { mode: 'replaying'; cursor: number; held: HeldFrame[] }
  | { mode: 'dropping'; from: number; dispose: () => void }
  | { mode: 'ahead'; after: number };

export interface ServerSessionOptions {
  connection: ClientConnection;
  channel: Channel;
  serverId: string;
  findServer: () => Server | null;
  /** S9: whether each console frame is followed by its twin. */
  twins: boolean;
  /** X3: the offset to resume at. */
  after: number | null;
  wantStats: () => () => void;
  /** Told of each parsed event, and why it was refused (null: it was done). */
  onHandled: (event: ClientEvent, refused: string | null) => void;
}

/** One client on one server's socket. */
export class ServerSession implements ChannelListener {
  readonly wantsTwins: boolean;
  readonly connection: ClientConnection;
  readonly onHandled: ServerSessionOptions['onHandled'];
  private readonly options: ServerSessionOptions;
  private server: Server | null = null;
  private delivery: Delivery = { mode: 'live' };
  /** Offset after the last console text that this client got. */
  private next = 0;
  private lastStats: Stats | null = null;
  private waitingStats: Stats | null = null;
  private readonly mayRead: boolean;

  constructor(options: ServerSessionOptions) {
    this.options = options;
    this.wantsTwins = options.twins;
    this.connection = options.connection;
    this.onHandled = options.onHandled;
    this.mayRead = this.connection.grant.may('console.read', options.serverId);
    // What is gathered belongs to those who were here before.
    options.findServer()?.output.flush();
    options.channel.listeners.add(this);
    this.connection.scope.add(() => options.channel.listeners.delete(this));
    this.connection.scope.add(options.wantStats());
    this.join(options.after);
  }

  /** S6, X3: the state, the last stats, then what the client asks to resume with. */
  private join(after: number | null): void {
    const server = this.options.findServer();
    this.server = server;
    this.lastStats = null;
    if (!server) return;
    this.next = server.output.told;
    this.connection.send(encodeEvent({ event: 'event', data: server.wireState }));
    const stats = server.summary().stats;
    if (stats) this.stats(stats);
    // Whoever comes later must not wonder why.
    if (server.wireState === 'failed')
      this.connection.error(`install failed: ${server.view().install_error}`);
    if (after === null || !this.mayRead) return;
    if (after > this.next) this.waitForEnd(server, after);
    else this.replay(server, after);
  }

  serverChanged(): void {
    if (this.delivery.mode === 'dropping') this.delivery.dispose();
    this.delivery = { mode: 'live' };
    // Offsets of another server that happened to have this id mean nothing here.
    this.join(this.server === null ? this.options.after : null);
  }

  frame(frame: Buffer): void {
    const { delivery, server } = this;
    if (delivery.mode === 'replaying' && server && delivery.held.length < maxHeldFrames) {
      delivery.held.push({ at: server.output.told, frame });
      return;
    }
    if (delivery.mode === 'dropping' && server) this.tellGap(delivery, server.output.told);
    this.connection.send(frame);
  }

  batch(batch: ConsoleBatch): void {
    if (!this.mayRead) return;
    switch (this.delivery.mode) {
      case 'live':
        if (this.connection.isFull) this.startDropping(batch.from);
        else this.deliver(batch);
        return;
      case 'ahead':
        if (batch.to <= this.delivery.after) return;
        this.next = Math.max(batch.from, this.delivery.after);
        this.delivery = { mode: 'live' };
        this.deliver(batch);
        return;
      case 'dropping':
        this.room();
        return;
      case 'replaying':
        return;
    }
  }

  private deliver(batch: ConsoleBatch): void {
    const isWhole = this.next <= batch.from;
    const frames = isWhole
      ? batch.frames
      : encodeConsole(
          this.next,
          [Buffer.concat(batch.pieces).subarray(this.next - batch.from)],
          this.wantsTwins,
        );
    this.next = batch.to;
    for (const frame of frames) {
      this.connection.send(this.wantsTwins ? frame.withTwin : frame.console);
    }
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

  /** The queue has room again: what was dropped is told, the newest stats are sent. */
  room(): void {
    if (!this.connection.hasRoom) return;
    if (this.delivery.mode === 'dropping' && this.server) this.stopDropping(this.server);
    if (this.waitingStats) this.stats(this.waitingStats);
  }

  text(text: string): void {
    const parsed = parseFrame(clientEventSchema, text);
    if (!parsed.ok) this.connection.badFrame(parsed.problem);
    else handleClientEvent(this, this.server, this.options.serverId, parsed.value);
  }

  private logRequests = 0;
  private reads: Promise<void> = Promise.resolve();

  /** Answers log requests one after the other, as fast as this client takes them; at most 8 may wait: then says why not. */
  queueLogs(server: Server, lines: number, before: number | undefined): string | null {
    if (this.logRequests >= maxLogRequests) return 'too many log requests at once; wait for the answers';
    this.logRequests += 1;
    this.enqueue(async () => {
      this.logRequests -= 1;
      await this.untilRoom();
      await this.sendLogs(server, lines, before);
    });
    return null;
  }

  /**
   * S14: sends what `read` finds up to the present end (or before an older offset), so that it and the console frames around it meet without
   * a hole and without an overlap: delivery pauses at the end and goes on from exactly there.
   */
  private async sendLogs(server: Server, lines: number, before: number | undefined): Promise<void> {
    const joins = before === undefined && this.delivery.mode !== 'ahead';
    if (joins) server.output.flush();
    const end = server.output.told;
    if (joins) this.pauseAt(end);
    const logs = await server.output.history.lastLines(lines, { before: Math.min(before ?? end, end) });
    const data = logs.data.toString('utf8');
    this.connection.send(encodeEvent({ event: 'logs', data, from: logs.from, to: logs.to }));
    if (joins) await this.replayFrom(server, end);
  }

  private pauseAt(end: number): void {
    if (this.server) this.stopDropping(this.server);
    this.delivery = { mode: 'replaying', cursor: end, held: [] };
    this.next = end;
  }

  private replay(server: Server, from: number): void {
    this.delivery = { mode: 'replaying', cursor: from, held: [] };
    this.next = from;
    this.enqueue(() => this.replayFrom(server, from));
  }

  /** Reads of the history go one after the other; a failed one is told, and the live text goes on. */
  private enqueue(work: () => Promise<void>): void {
    this.reads = this.reads.then(work).catch(() => {
      this.connection.error('the console history could not be read');
      if (this.delivery.mode !== 'replaying' || !this.server) return;
      this.next = this.server.output.told;
      this.delivery = { mode: 'live' };
    });
  }

  /** Sends history from `from` until it meets the live text, as fast as this client takes it. */
  private async replayFrom(server: Server, from: number): Promise<void> {
    const before = this.delivery.mode === 'replaying' ? this.delivery.held : [];
    const mine: Delivery = { mode: 'replaying', cursor: from, held: before };
    this.delivery = mine;
    while (this.delivery === mine && this.connection.isOpen) {
      this.sendHeld(mine);
      const told = mine.held[0]?.at ?? server.output.told;
      if (mine.cursor >= told) {
        this.next = mine.cursor;
        this.delivery = { mode: 'live' };
        return;
      }
      const piece = await server.output.history.read(mine.cursor, Math.min(replayChunk, told - mine.cursor));
      if (this.delivery !== mine) return;
      const at = Math.min(piece.from, told);
      if (at > mine.cursor) this.connection.send(encodeEvent({ event: 'gap', from: mine.cursor, to: at }));
      const text = piece.data.subarray(0, told - at);
      for (const frame of encodeConsole(at, [text], this.wantsTwins)) {
        this.connection.send(this.wantsTwins ? frame.withTwin : frame.console);
      }
      const stuck = text.length === 0 && at === mine.cursor;
      if (stuck) this.connection.send(encodeEvent({ event: 'gap', from: mine.cursor, to: told }));
      mine.cursor = stuck ? told : at + text.length;
      await this.untilRoom();
    }
  }

  /** What has its place at or before the cursor. */
  private sendHeld(replay: { cursor: number; held: HeldFrame[] }): void {
    while (replay.held[0] && replay.held[0].at <= replay.cursor) {
      const held = replay.held.shift();
      if (held) this.connection.send(held.frame);
    }
  }

  private async untilRoom(): Promise<void> {
    const { connection } = this;
    while (!connection.hasRoom && connection.isOpen) {
      await connection.scope.pause(20);
    }
  }

  /** The client knows more than we do: either we are still reading it from the engine's log, or its offset is not ours. */
  private waitForEnd(server: Server, after: number): void {
    this.delivery = { mode: 'ahead', after };
    const check = (): void => {
      if (this.delivery.mode !== 'ahead' || this.server !== server) return;
      server.output.flush();
      const { told } = server.output;
      if (!server.isCaughtUp) {
        this.connection.scope.timeout(check, 100);
      } else if (told < after) {
        this.connection.error(
          `after=${after} is beyond the end of this console (${told}); going on from there`,
        );
        this.next = told;
        this.delivery = { mode: 'live' };
      }
    };
    check();
  }

  private startDropping(from: number): void {
    const dispose = this.connection.scope.timeout(() => this.connection.close(closeCodes.tooSlow), maxFullMs);
    this.delivery = { mode: 'dropping', from: Math.max(from, this.next), dispose };
  }

  private stopDropping(server: Server): void {
    if (this.delivery.mode !== 'dropping') return;
    this.delivery.dispose();
    this.tellGap(this.delivery, server.output.told);
    this.next = server.output.told;
    this.delivery = { mode: 'live' };
  }

  /** Says that the text up to `to` was dropped; what is dropped from there on will be told later. */
  private tellGap(dropped: { from: number }, to: number): void {
    if (to <= dropped.from) return;
    this.connection.send(encodeEvent({ event: 'gap', from: dropped.from, to }));
    dropped.from = to;
  }
}
