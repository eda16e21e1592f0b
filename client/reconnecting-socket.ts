import type { Connection } from '../shared/model/connection.ts';
import { closeCodes } from '../shared/protocol/close-codes.ts';
import { type OpenSocket, openBrowserSocket, type Socket } from './open-socket.ts';

/** `since` in Unix milliseconds: when the connection was lost (first), or found. */
export type SocketStatus =
  | { status: 'connecting' }
  | { status: 'online'; since: number }
  | { status: 'offline'; since: number; retryAt: number }
  /** Nobody tries any more: the token is no good, or the owner closed it. */
  | { status: 'ended'; reason: string };

export interface ReconnectingSocketOptions {
  path: string;
  /**
   * Where the host is and the token, asked anew at each connect. Null: there is none, and nothing is tried until `start` or
   * `retryNow`. One that throws (the token's file can't be read just now) is tried again.
   */
  connection: () => Connection | null;
  /** Asked anew at each connect: `after`, `duplicate`. */
  query: () => Record<string, string>;
  onText: (text: string) => void;
  onStatus: (status: SocketStatus) => void;
  /** The token was refused, expired or was revoked. */
  onRefused: (problem: string) => void;
  /** Why the host refuses this token, null if it doesn't: a browser is not told why an upgrade failed. */
  tokenRefusal: (connection: Connection) => Promise<string | null>;
  /**
   * Where the token can change behind our back: in ms, how long to wait after a refusal before it is shown again. By default a
   * refusal is the end.
   */
  refusedRetryMs?: number;
  /** Default: the browser's. */
  openSocket?: OpenSocket;
  random?: () => number;
}

const firstRetryMs = 500;
const longestRetryMs = 10_000;
/** A handshake that takes longer is given up. */
const handshakeMs = 10_000;
/** The host pings every 30 s, which a page can't see; but a page that slept knows by the clock. */
const sleepCheckMs = 5_000;

/** How long to wait before try number `retries` (from 0), in ms; `chance` in [0, 1) takes up to 30 % off. */
export const retryDelay = (retries: number, chance: number): number =>
  Math.min(longestRetryMs, firstRetryMs * 2 ** retries) * (1 - 0.3 * chance);

interface End {
  opened: boolean;
  code: number;
  reason: string;
}

/** One socket to the host that connects, and connects again with back-off and jitter, until it is closed or refused. */
export class ReconnectingSocket {
  private readonly options: ReconnectingSocketOptions;
  private socket: Socket | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** Ends the open socket's own timers: the handshake's limit and the watch over the machine's sleep. */
  private endWatch: () => void = () => {};
  private retries = 0;
  /** Counts connects, so that what took long knows whether another one was made meanwhile. */
  private attempt = 0;
  private lostAt: number | null = null;
  private closed = false;

  constructor(options: ReconnectingSocketOptions) {
    this.options = options;
  }

  start(): void {
    if (this.closed || this.socket) return;
    this.connect();
  }

  get isOpen(): boolean {
    return this.socket?.isOpen ?? false;
  }

  /** False while there is no connection: then nothing was sent. */
  send(frame: object): boolean {
    if (!this.socket?.isOpen) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Tries at once instead of waiting for the back-off. */
  retryNow(): void {
    if (this.closed || this.socket) return;
    this.retries = 0;
    this.connect();
  }

  close(): void {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    this.letGo();
  }

  private connect(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const failed: End = { opened: false, code: 1006, reason: '' };
    let connection: Connection | null;
    try {
      connection = this.options.connection();
    } catch {
      this.attempt += 1;
      void this.lost(null, failed);
      return;
    }
    if (!connection) return;
    this.attempt += 1;
    if (this.lostAt === null) this.options.onStatus({ status: 'connecting' });
    try {
      this.open(connection);
    } catch {
      void this.lost(connection, failed);
    }
  }

  private open(connection: Connection): void {
    const { path, query, openSocket = openBrowserSocket, onText, onStatus } = this.options;
    const url = new URL(path, connection.url.replace(/^http/, 'ws'));
    for (const [name, value] of Object.entries(query())) url.searchParams.set(name, value);
    let opened = false;
    const ended = (code: number, reason: string): void => {
      if (this.socket !== socket) return;
      this.letGo();
      void this.lost(connection, { opened, code, reason });
    };
    const socket = openSocket(url, connection.token, {
      onOpen: () => {
        clearTimeout(limit);
        opened = true;
        this.retries = 0;
        this.lostAt = null;
        onStatus({ status: 'online', since: Date.now() });
      },
      onText,
      onClose: ended,
    });
    this.socket = socket;
    const giveUp = (): void => ended(1006, '');
    const limit = setTimeout(giveUp, handshakeMs);
    // Not when the close is answered: the other end of a dead connection never does, and browsers wait for it up to a minute.
    const sleepWatch = watchSleep(giveUp);
    this.endWatch = () => {
      clearTimeout(limit);
      clearInterval(sleepWatch);
    };
  }

  /** Closes the socket, if there is one, and listens to it no more. */
  private letGo(): void {
    this.endWatch();
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }

  /** Whether and when it is tried again after this end; `connection` is null where none could be had. */
  private async lost(connection: Connection | null, end: End): Promise<void> {
    this.lostAt ??= Date.now();
    const { attempt } = this;
    const refusal = connection && (await this.refusal(connection, end));
    // Closed meanwhile, or tried again by hand: that try has its own end.
    if (this.closed || this.attempt !== attempt) return;
    const { random = Math.random, refusedRetryMs } = this.options;
    let delay = retryDelay(this.retries, random());
    if (connection && refusal !== null && !this.hasNewToken(connection)) {
      this.options.onRefused(refusal);
      if (this.closed) return;
      // Unless the owner found another token (one that another tab has renewed), that was it.
      if (!this.hasNewToken(connection)) {
        if (refusedRetryMs === undefined) return this.end(refusal);
        delay = refusedRetryMs;
      }
    }
    this.retries += 1;
    // Before it is told: whoever is told may close, or try at once.
    this.timer = setTimeout(() => this.connect(), delay);
    this.options.onStatus({ status: 'offline', since: this.lostAt, retryAt: Date.now() + delay });
  }

  private end(reason: string): void {
    this.closed = true;
    this.options.onStatus({ status: 'ended', reason });
  }

  /** Renewed meanwhile: the old token's end is no refusal, the next connect brings the new one. */
  private hasNewToken(before: Connection): boolean {
    try {
      const current = this.options.connection();
      return current !== null && current.token !== before.token;
    } catch {
      return false;
    }
  }

  private async refusal(connection: Connection, { opened, code, reason }: End): Promise<string | null> {
    if (this.hasNewToken(connection)) return null;
    if (code === closeCodes.tokenExpired.code || code === closeCodes.tokenRevoked.code)
      return `The host ended the connection: ${reason}. Sign in with a new token.`;
    if (code === closeCodes.abuse.code) return `The host ended the connection: ${reason}.`;
    // A question that could not be asked proves nothing.
    return opened ? null : this.options.tokenRefusal(connection).catch(() => null);
  }
}

/** After a machine's sleep the connection is dead, and nobody tells for minutes: a clock that jumped does. */
function watchSleep(onSlept: () => void): ReturnType<typeof setInterval> {
  let last = Date.now();
  return setInterval(() => {
    const now = Date.now();
    if (now - last > 60_000 + sleepCheckMs) onSlept();
    last = now;
  }, sleepCheckMs);
}
