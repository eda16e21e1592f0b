import type { Connection } from '../../shared/model/connection.ts';
import { closeCodes } from '../../shared/protocol/close-codes.ts';

/** `since` in Unix milliseconds: when the link was lost (first), or found. */
export type LinkStatus =
  | { status: 'connecting' }
  | { status: 'online'; since: number }
  | { status: 'offline'; since: number; retryAt: number }
  /** Nobody tries any more: the token is no good, or the owner closed it. */
  | { status: 'ended'; reason: string };

export interface SocketLinkOptions {
  path: string;
  connection: () => Connection | null;
  /** Asked anew at each connect: `after`, `duplicate`. */
  query: () => Record<string, string>;
  onText: (text: string) => void;
  onStatus: (status: LinkStatus) => void;
  /** The token was refused, expired or was revoked. */
  onRefused: (problem: string) => void;
  /** Why the host refuses this token, null if it doesn't: a browser is not told why an upgrade failed. */
  tokenRefusal: (connection: Connection) => Promise<string | null>;
  random?: () => number;
}

const firstRetryMs = 500;
const longestRetryMs = 10_000;
/** A handshake that takes longer is given up. */
const handshakeMs = 10_000;
/** The host pings every 30 s, which a page can't see; but a page that slept knows by the clock. */
const sleepCheckMs = 5_000;

/** One socket to the host that connects, and connects again with back-off and jitter, until it is closed or refused. */
export class SocketLink {
  private readonly options: SocketLinkOptions;
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** Ends the open socket's own timers: the handshake's limit and the watch over the machine's sleep. */
  private endWatch: () => void = () => {};
  private retries = 0;
  private lostAt: number | null = null;
  private closed = false;

  constructor(options: SocketLinkOptions) {
    this.options = options;
  }

  start(): void {
    if (this.closed || this.socket) return;
    this.connect();
  }

  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** False while there is no connection: then nothing was sent. */
  send(frame: object): boolean {
    if (!this.socket || !this.isOpen) return false;
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
    this.endWatch();
    const socket = this.socket;
    this.socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(1000);
    }
  }

  private connect(): void {
    if (this.timer) clearTimeout(this.timer);
    const connection = this.options.connection();
    if (!connection) return;
    if (this.lostAt === null) this.options.onStatus({ status: 'connecting' });
    const socket = this.openSocket(connection);
    this.socket = socket;
    let opened = false;
    const limit = setTimeout(() => socket.close(), handshakeMs);
    socket.onerror = () => {};
    socket.onopen = () => {
      clearTimeout(limit);
      opened = true;
      this.retries = 0;
      this.lostAt = null;
      this.options.onStatus({ status: 'online', since: Date.now() });
    };
    socket.onmessage = ({ data }) => this.options.onText(String(data));
    const sleepWatch = this.watchSleep(socket);
    this.endWatch = () => {
      clearTimeout(limit);
      clearInterval(sleepWatch);
    };
    socket.onclose = ({ code, reason }) => {
      if (this.socket !== socket) return;
      this.endWatch();
      this.socket = null;
      void this.lost(connection, { opened, code, reason });
    };
  }

  private openSocket(connection: Connection): WebSocket {
    const url = new URL(this.options.path, connection.url.replace(/^http/, 'ws'));
    url.searchParams.set('token', connection.token);
    for (const [name, value] of Object.entries(this.options.query())) url.searchParams.set(name, value);
    return new WebSocket(url);
  }

  private async lost(
    connection: Connection,
    end: { opened: boolean; code: number; reason: string },
  ): Promise<void> {
    this.lostAt ??= Date.now();
    const refusal = await this.refusal(connection, end);
    if (this.closed || this.socket) return;
    if (refusal !== null) {
      this.closed = true;
      this.options.onStatus({ status: 'ended', reason: refusal });
      this.options.onRefused(refusal);
      return;
    }
    const { random = Math.random } = this.options;
    const delay = Math.min(longestRetryMs, firstRetryMs * 2 ** this.retries) * (1 - 0.3 * random());
    this.retries += 1;
    this.options.onStatus({ status: 'offline', since: this.lostAt, retryAt: Date.now() + delay });
    this.timer = setTimeout(() => this.connect(), delay);
  }

  private async refusal(
    connection: Connection,
    { opened, code, reason }: { opened: boolean; code: number; reason: string },
  ): Promise<string | null> {
    // Renewed meanwhile: the old token's end is no refusal, the next connect brings the new one.
    const current = this.options.connection();
    if (current && current.token !== connection.token) return null;
    if (code === closeCodes.tokenExpired.code || code === closeCodes.tokenRevoked.code)
      return `The host ended the connection: ${reason}. Sign in with a new token.`;
    if (code === closeCodes.abuse.code) return `The host ended the connection: ${reason}.`;
    return opened ? null : this.options.tokenRefusal(connection);
  }

  /** After a machine's sleep the connection is dead, and nobody tells for minutes: a clock that jumped does. */
  private watchSleep(socket: WebSocket): ReturnType<typeof setInterval> {
    let last = Date.now();
    return setInterval(() => {
      const now = Date.now();
      if (now - last > 60_000 + sleepCheckMs) socket.close();
      last = now;
    }, sleepCheckMs);
  }
}
