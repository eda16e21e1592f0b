import { WebSocket } from 'ws';
import type { Connection } from '../../shared/model/connection.ts';
import { Backoff } from '../lib/backoff.ts';
import type { Log } from '../lib/log.ts';
import { appOrigin } from './app-page.ts';

export interface HostSocketOptions {
  /** Asked anew for each connect, since the token and the port may change. */
  connection: () => Connection;
  onText: (text: string) => void;
  /** Connected; told before the first text. */
  onOpen: () => void;
  /** An open connection ended; another one will be tried. */
  onLost: () => void;
  log: Log;
  /** Milliseconds; tests shorten them. */
  firstRetryMs?: number;
  longestRetryMs?: number;
  refusedRetryMs?: number;
}

const handshakeMs = 10_000;
/** After a refusal, in ms: wrong tokens are counted by address, and the page comes from the same one. */
const refusedMs = 60_000;
/** The host pings every 30 s; one that is silent for this long is gone without a word. */
const silenceMs = 75_000;
/** Longest frame that is taken from the host, in bytes: far beyond any list of servers. */
const maxFrame = 16 * 1024 * 1024;

/**
 * A client of the host's socket (H1–H3), without figures, that connects again with back-off and jitter until it is closed. The token goes in a
 * header, so that it is in no address.
 */
export class HostSocket {
  private readonly options: HostSocketOptions;
  private readonly backoff: Backoff;
  private socket: WebSocket | null = null;
  private retry: NodeJS.Timeout | null = null;
  private silence: NodeJS.Timeout | null = null;
  private isOpen = false;
  private isClosed = false;

  constructor(options: HostSocketOptions) {
    this.options = options;
    const { firstRetryMs = 500, longestRetryMs = 10_000 } = options;
    this.backoff = new Backoff({ first: firstRetryMs, max: longestRetryMs, jitter: 0.3 });
  }

  start(): void {
    if (!this.isClosed && !this.socket) this.connect();
  }

  /** Tries at once instead of waiting: the machine woke up. */
  retryNow(): void {
    this.backoff.reset();
    this.start();
  }

  close(): void {
    this.isClosed = true;
    this.clearTimers();
    this.isOpen = false;
    const { socket } = this;
    this.socket = null;
    if (!socket) return;
    socket.removeAllListeners();
    // Ending a handshake is told as an error, which nobody is there to hear.
    socket.on('error', () => {});
    socket.terminate();
  }

  private connect(): void {
    this.clearTimers();
    let socket: WebSocket;
    try {
      const { url, token } = this.options.connection();
      socket = new WebSocket(new URL('/ws?stats=false', url.replace(/^http/, 'ws')), {
        origin: appOrigin,
        headers: { authorization: `Bearer ${token}` },
        handshakeTimeout: handshakeMs,
        maxPayload: maxFrame,
        perMessageDeflate: false,
        followRedirects: false,
      });
    } catch (error) {
      this.later(error);
      return;
    }
    this.socket = socket;
    socket.on('open', () => {
      this.isOpen = true;
      this.backoff.reset();
      this.silence = setTimeout(() => socket.terminate(), silenceMs);
      this.options.onOpen();
    });
    socket.on('ping', () => this.silence?.refresh());
    socket.on('message', (data, isBinary) => {
      this.silence?.refresh();
      if (!isBinary) this.options.onText(String(data));
    });
    let problem: unknown = null;
    let isRefused = false;
    socket.on('unexpected-response', (_request, { statusCode }) => {
      isRefused = statusCode === 401 || statusCode === 403 || statusCode === 429;
      socket.terminate();
    });
    socket.on('error', (error) => {
      problem = error;
    });
    socket.on('close', () => {
      this.socket = null;
      const wasOpen = this.isOpen;
      this.isOpen = false;
      this.later(problem, isRefused);
      if (wasOpen) this.options.onLost();
    });
  }

  private later(problem: unknown, isRefused = false): void {
    this.clearTimers();
    const ms = isRefused ? (this.options.refusedRetryMs ?? refusedMs) : this.backoff.next();
    this.options.log.debug({ problem: String(problem), ms }, 'no connection to the host; trying again');
    this.retry = setTimeout(() => this.connect(), ms);
  }

  private clearTimers(): void {
    for (const timer of [this.retry, this.silence]) if (timer) clearTimeout(timer);
    this.retry = this.silence = null;
  }
}
