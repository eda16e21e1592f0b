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

/** How long to wait before try number `retries` (from 0), in ms; `chance` in [0, 1) takes up to 30 % off. */
export const retryDelay = (retries: number, chance: number): number =>
  Math.min(longestRetryMs, firstRetryMs * 2 ** retries) * (1 - 0.3 * chance);

interface End {
  opened: boolean;
  code: number;
  reason: string;
}

/** One socket to the host that connects, and connects again with back-off and jitter, until it is closed or refused. */
export class SocketLink {
  private readonly options: SocketLinkOptions;
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** Ends the open socket's own timers: the handshake's limit and the watch over the machine's sleep. */
  private endWatch: () => void = () => {};
  private retries = 0;
  /** Counts connects, so that what took long knows whether another one was made meanwhile. */
  private attempt = 0;
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
    this.letGo();
  }

  private connect(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const connection = this.options.connection();
    if (!connection) return;
    this.attempt += 1;
    if (this.lostAt === null) this.options.onStatus({ status: 'connecting' });
    const socket = this.openSocket(connection);
    this.socket = socket;
    let opened = false;
    const ended = (code: number, reason: string): void => {
      if (this.socket !== socket) return;
      this.letGo();
      void this.lost(connection, { opened, code, reason });
    };
    const limit = setTimeout(() => ended(1006, ''), handshakeMs);
    socket.onerror = () => {};
    socket.onopen = () => {
      clearTimeout(limit);
      opened = true;
      this.retries = 0;
      this.lostAt = null;
      this.options.onStatus({ status: 'online', since: Date.now() });
    };
    socket.onmessage = ({ data }) => this.options.onText(String(data));
    socket.onclose = ({ code, reason }) => ended(code, reason);
    // Not when the close is answered: the other end of a dead connection never does, and browsers wait for it up to a minute.
    const sleepWatch = watchSleep(() => ended(1006, ''));
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
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(1000);
  }

  private openSocket(connection: Connection): WebSocket {
    const url = new URL(this.options.path, connection.url.replace(/^http/, 'ws'));
    url.searchParams.set('token', connection.token);
    for (const [name, value] of Object.entries(this.options.query())) url.searchParams.set(name, value);
    return new WebSocket(url);
  }

  private async lost(connection: Connection, end: End): Promise<void> {
    this.lostAt ??= Date.now();
    const { attempt } = this;
    const refusal = await this.refusal(connection, end);
    // Closed meanwhile, or tried again by hand: that try has its own end.
    if (this.closed || this.attempt !== attempt) return;
    if (refusal !== null && !this.hasNewToken(connection)) {
      this.options.onRefused(refusal);
      if (this.closed) return;
      // Unless the owner found another token (one that another tab has renewed), that was it.
      if (!this.hasNewToken(connection)) {
        this.closed = true;
        this.options.onStatus({ status: 'ended', reason: refusal });
        return;
      }
    }
    const { random = Math.random } = this.options;
    const delay = retryDelay(this.retries, random());
    this.retries += 1;
    // Before it is told: whoever is told may close, or try at once.
    this.timer = setTimeout(() => this.connect(), delay);
    this.options.onStatus({ status: 'offline', since: this.lostAt, retryAt: Date.now() + delay });
  }

  /** Renewed meanwhile: the old token's end is no refusal, the next connect brings the new one. */
  private hasNewToken(before: Connection): boolean {
    const current = this.options.connection();
    return current !== null && current.token !== before.token;
  }

  private async refusal(connection: Connection, { opened, code, reason }: End): Promise<string | null> {
    if (this.hasNewToken(connection)) return null;
    if (code === closeCodes.tokenExpired.code || code === closeCodes.tokenRevoked.code)
      return `The host ended the connection: ${reason}. Sign in with a new token.`;
    if (code === closeCodes.abuse.code) return `The host ended the connection: ${reason}.`;
    return opened ? null : this.options.tokenRefusal(connection);
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
