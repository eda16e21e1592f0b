import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { type CloseReason, closeCodes } from '../../shared/protocol/close-codes.ts';
import type { Grant } from '../auth/contract.ts';
import { Scope } from '../lib/scope.ts';
import { encodeEvent } from '../wire/encode-event.ts';
import type { OutgoingBudget } from './outgoing-budget.ts';
import { TokenWatch } from './token-watch.ts';

/** What a client may have waiting before console text is dropped for it (X4), in bytes. */
export const maxQueued = 1024 * 1024;
/** Below this, a client that was full gets text again. */
const resumeQueued = maxQueued / 2;
/** Frames that are never dropped may exceed `maxQueued`, but not this; then the client is cut. */
const cutQueued = 8 * maxQueued;
/** X4: a client that was full for this long is sent away, in ms, whatever filled it; it isn't if it took as much as makes one full meanwhile. */
const maxFullMs = 30_000;
/** How often whoever waits for room looks for it, in ms. */
const roomEveryMs = 20;
const maxBadFrames = 20;
const badFrameWindowMs = 10_000;
/** A peer that doesn't answer our close within this is cut; one that was sent away as too slow gets longer to read why. */
const closeMs = 2000;
const slowCloseMs = 10_000;

export interface ClientConnectionOptions {
  ws: WebSocket;
  socket: Duplex;
  grant: Grant;
  /** What waits for all clients together. */
  budget: OutgoingBudget;
  onText: (text: string) => void;
  /** The queue has run empty enough for more. */
  onRoom: () => void;
  onClosed: () => void;
  /** Something of this client's made the host's own code throw: told, and then its socket is closed (1011). */
  onFailed: (error: unknown) => void;
}

/** One client's socket, whatever it talks about: its bounded queue, its token's life, its manners, its end. */
export class ClientConnection {
  readonly grant: Grant;
  readonly scope = new Scope();
  private readonly ws: WebSocket;
  private readonly socket: Duplex;
  private readonly options: ClientConnectionOptions;
  private readonly badFrames: number[] = [];
  /** By a clock that nobody sets. */
  private lastHeard = performance.now();
  private readonly token: TokenWatch;
  /** Bytes that were put on the wire, taken by the client or not. */
  private sentBytes = 0;
  /** Not all that was sent last was taken at once: bytes may wait for it, and the budget knows. */
  private isCounted = false;
  private isCut = false;
  private isWatchingFull = false;

  constructor(options: ClientConnectionOptions) {
    this.options = options;
    this.ws = options.ws;
    this.socket = options.socket;
    this.grant = options.grant;
    this.scope.add(options.budget.add(this));
    this.listen();
    this.token = new TokenWatch({
      expiresAt: this.grant.expiresAt,
      scope: this.scope,
      onExpiring: (seconds) => this.send(encodeEvent({ event: 'token_expiring', expires_in: seconds })),
      onExpired: () => this.close(closeCodes.tokenExpired),
    });
  }

  private listen(): void {
    const { ws, socket } = this;
    ws.on('message', (data, isBinary) => this.guard(() => this.take(data, isBinary)));
    ws.on('pong', () => this.heard());
    ws.on('ping', () => this.heard());
    // A protocol error (a frame over the limit, garbage) closes the socket by itself with its code.
    ws.on('error', () => {});
    ws.once('close', () => {
      this.scope.close();
      this.options.onClosed();
    });
    const onDrain = (): void => this.guard(() => this.options.onRoom());
    socket.on('drain', onDrain);
    this.scope.add(() => socket.off('drain', onDrain));
  }

  get isOpen(): boolean {
    return this.ws.readyState === this.ws.OPEN;
  }

  get isFull(): boolean {
    return this.isCounted && this.ws.bufferedAmount >= maxQueued;
  }

  get hasRoom(): boolean {
    return this.ws.bufferedAmount < resumeQueued;
  }

  /** Resolves when the queue has run empty enough for more, or the socket is closed. */
  async untilRoom(): Promise<void> {
    while (!this.hasRoom && this.isOpen) await this.scope.pause(roomEveryMs);
  }

  /**
   * Puts whole frames (see main/wire/) on the wire. ws writes its own (pings, the close) to the same socket, each in
   * one piece and at once, since nothing is compressed; so ours may stand between them. Never waits; a client with far
   * too much waiting is cut. True if the system took all of it, so that its memory may be used again.
   */
  send(frames: Buffer): boolean {
    if (!this.isOpen || !this.token.isGood()) return true;
    this.socket.write(frames);
    this.sentBytes += frames.length;
    const isTaken = this.socket.writableLength === 0;
    if (isTaken && !this.isCounted) return true;
    this.isCounted = !isTaken;
    if (this.ws.bufferedAmount > cutQueued) this.close(closeCodes.tooSlow);
    else if (this.isFull) this.watchFull();
    this.options.budget.sent(this);
    return isTaken;
  }

  /** Bytes that wait for the client. */
  get waiting(): number {
    return this.isCut ? 0 : this.ws.bufferedAmount;
  }

  /** Ends it with all that waits for it, and without a word: what could be said would stand behind that. */
  cut(): void {
    this.isCut = true;
    this.ws.terminate();
  }

  error(problem: string): void {
    this.send(encodeEvent({ event: 'daemon_message', data: `Error: ${problem}` }));
  }

  /** S15: told, counted, and too many in a short time end the socket. */
  badFrame(problem: string): void {
    const now = Date.now();
    this.badFrames.push(now);
    while ((this.badFrames[0] ?? now) < now - badFrameWindowMs) this.badFrames.shift();
    this.error(problem);
    if (this.badFrames.length >= maxBadFrames) this.close(closeCodes.abuse);
  }

  /** Closes after what is queued; a peer that doesn't take it is cut after 2 s. */
  close({ code, reason }: CloseReason): void {
    if (this.ws.readyState === this.ws.CLOSED) return;
    this.ws.close(code, reason);
    const limit = code === closeCodes.tooSlow.code ? slowCloseMs : closeMs;
    const timer = setTimeout(() => this.ws.terminate(), limit);
    this.ws.once('close', () => clearTimeout(timer));
  }

  /** S3: by the clock, which timers don't follow. */
  checkToken(): void {
    this.token.look();
  }

  /** S16: pings, or cuts a client that was silent since `silentSince` (of `performance.now()`). */
  checkAlive(silentSince: number): void {
    if (this.lastHeard < silentSince) this.ws.terminate();
    else if (this.isOpen) this.ws.ping();
  }

  /** Ends this socket, and nothing else, if `work` throws. */
  guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    this.options.onFailed(error);
    this.close(closeCodes.failed);
  }

  /** B4: who reads nothing is sent away; who reads slowly, but reads, isn't. */
  private watchFull(): void {
    if (this.isWatchingFull) return;
    this.isWatchingFull = true;
    const taken = this.sentBytes - this.waiting;
    this.scope.timeout(() => {
      this.isWatchingFull = false;
      if (!this.isOpen || !this.isFull) return;
      if (this.sentBytes - this.waiting - taken < maxQueued) this.close(closeCodes.tooSlow);
      else this.watchFull();
    }, maxFullMs);
  }

  private heard(): void {
    this.lastHeard = performance.now();
  }

  private take(data: RawData, isBinary: boolean): void {
    this.heard();
    if (!this.isOpen || !this.token.isGood()) return;
    if (isBinary) this.badFrame('binary frames are not understood; send one JSON object per text frame');
    else this.options.onText(data.toString());
  }
}

/** What a connection is to whoever only sends by it. */
export type ClientOutlet = Pick<
  ClientConnection,
  'send' | 'error' | 'close' | 'isOpen' | 'isFull' | 'hasRoom' | 'untilRoom' | 'scope' | 'fail'
>;
