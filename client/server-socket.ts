import type { ClientEvent } from '../shared/protocol/client-events.ts';
import { parseFrame } from '../shared/protocol/parse.ts';
import { type ServerEvent, serverEventSchema } from '../shared/protocol/server-events.ts';
import { byteLength } from './byte-length.ts';
import {
  ReconnectingSocket,
  type ReconnectingSocketOptions,
  type SocketStatus,
} from './reconnecting-socket.ts';

export interface ServerSocketOptions
  extends Pick<ReconnectingSocketOptions, 'connection' | 'onRefused' | 'tokenRefusal'> {
  serverId: string;
  onEvent: (event: ServerEvent) => void;
  onStatus: (status: SocketStatus) => void;
  /** Lines of history that are asked for at the first connect. */
  firstLines: number;
}

/** A frame as it is sent: defaults may be left out. */
export type SentFrame =
  | Exclude<ClientEvent, { event: 'request_logs' }>
  | { event: 'request_logs'; lines?: number; before?: number };

/** Commands that wait for the connection to come back; more are refused, so that nobody types into a void for an hour. */
const maxWaiting = 50;

/**
 * One server's socket: asks for the end of the history at the first connect, resumes exactly after the last text at every
 * later one (X3), and keeps what was typed meanwhile, to be sent once, in order.
 */
export class ServerSocket {
  private readonly link: ReconnectingSocket;
  private readonly options: ServerSocketOptions;
  private readonly waiting: SentFrame[] = [];
  /** Offset after the last console text; null before the first. */
  private next: number | null = null;
  /** Offset of the first live text. What is before it comes with the history, which can be cut off before it came. */
  private first: number | null = null;
  private hasHistory = false;
  /** Whether the host has told since the connect what the server does: before, it refuses commands that it would take a moment later. */
  private isSettled = false;

  constructor(options: ServerSocketOptions) {
    this.options = options;
    const { serverId, connection, onRefused, tokenRefusal } = options;
    this.link = new ReconnectingSocket({
      path: `/ws/${encodeURIComponent(serverId)}`,
      connection,
      query: () => ({ duplicate: 'false', ...(this.next === null ? {} : { after: String(this.next) }) }),
      onText: (text) => this.take(text),
      onStatus: (status) => this.changed(status),
      onRefused,
      tokenRefusal,
    });
  }

  start(): void {
    this.link.start();
  }

  retryNow(): void {
    this.link.retryNow();
  }

  /** Sends, or keeps until the link is back and the host knows the server's state; false if too much waits already. */
  send(frame: SentFrame): boolean {
    const mustWait = frame.event === 'send_command' && !this.isSettled;
    if (!mustWait && this.link.send(frame)) return true;
    if (this.waiting.length >= maxWaiting) return false;
    this.waiting.push(frame);
    return true;
  }

  close(): void {
    this.link.close();
  }

  private changed(status: SocketStatus): void {
    this.options.onStatus(status);
    this.isSettled = false;
    if (status.status === 'online' && !this.hasHistory) this.askForHistory();
  }

  private settle(): void {
    this.isSettled = true;
    for (const frame of this.waiting.splice(0)) this.link.send(frame);
  }

  /** Up to now; or, if live text came first, up to that: what came since is resumed. */
  private askForHistory(): void {
    const before = this.first === null ? {} : { before: this.first };
    this.link.send({ event: 'request_logs', lines: this.options.firstLines, ...before });
  }

  private take(text: string): void {
    const parsed = parseFrame(serverEventSchema, text);
    // What we don't know comes from a newer host; it is no reason to fail.
    if (!parsed.ok) return;
    const event = parsed.value;
    if (event.event === 'event' && event.data !== 'unknown') this.settle();
    if (event.event === 'console') {
      this.first ??= event.offset;
      this.next = event.offset + byteLength(event.data);
    }
    if (event.event === 'logs') {
      this.hasHistory = true;
      this.next = Math.max(this.next ?? 0, event.to);
    }
    if (event.event === 'gap') this.next = Math.max(this.next ?? 0, event.to);
    this.options.onEvent(event);
  }
}
