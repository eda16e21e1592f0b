import type { ServerEvent } from '../../shared/protocol/server-events.ts';
import type { ConsoleOutput } from '../console/console-output.ts';
import { encodeConsole } from '../wire/console-frames.ts';
import { encodeEvent } from '../wire/encode-event.ts';
import { encodeSharedEvent } from '../wire/encode-once.ts';
import type { ClientOutlet } from './connection.ts';

/** Text read from the history at once, in bytes. */
const replayChunk = 64 * 1024;
/** Events that keep their place in the text; what comes beyond that is sent at once. */
const maxHeld = 1000;

/** A state change or message that came while text from before it was still on its way: it keeps its place (S8). */
interface HeldEvent {
  at: number;
  event: ServerEvent;
}

export interface ReplayOptions {
  connection: ClientOutlet;
  output: ConsoleOutput;
  /** Offset of the first byte that is sent. */
  from: number;
  twins: boolean;
}

/** Console text from the history on its way to one client, and the events that wait for their place in it. */
export class Replay {
  /** Offset after the last text that was sent. */
  cursor: number;
  private readonly options: ReplayOptions;
  private readonly held: HeldEvent[] = [];
  private cancelled = false;

  constructor(options: ReplayOptions) {
    this.options = options;
    this.cursor = options.from;
  }

  /** The client is told something else from now on. What is held is forgotten. */
  cancel(): void {
    this.cancelled = true;
  }

  get isCancelled(): boolean {
    return this.cancelled || !this.options.connection.isOpen;
  }

  /** Keeps an event that belongs behind all text so far; false if too many wait already. */
  hold(event: ServerEvent): boolean {
    if (this.held.length >= maxHeld) return false;
    this.held.push({ at: this.options.output.told, event });
    return true;
  }

  /**
   * Sends history until it meets the live text, as fast as this client takes it; a stretch that is gone is told as a gap. True
   * when it got there (`cursor` is where the live text goes on, in the same turn), false if it was cancelled. Rejects if
   * the history can't be read.
   */
  async run(): Promise<boolean> {
    const { output, connection } = this.options;
    while (!this.isCancelled) {
      this.sendHeld();
      const end = this.held[0]?.at ?? output.told;
      if (this.cursor >= end) return true;
      const piece = await output.history.read(this.cursor, Math.min(replayChunk, end - this.cursor));
      if (this.isCancelled) return false;
      this.sendPiece(piece, end);
      await connection.untilRoom();
    }
    return false;
  }

  /** The text up to `end` can't be read: it is a gap, and what was held in it is sent. */
  abandon(end: number): void {
    this.cancelled = true;
    if (end > this.cursor) this.gap(end);
    for (const { event } of this.held.splice(0)) this.options.connection.send(encodeSharedEvent(event));
  }

  private sendPiece({ from, data }: { from: number; data: Buffer }, end: number): void {
    const { connection, twins } = this.options;
    const at = Math.min(from, end);
    if (at > this.cursor) this.gap(at);
    const text = data.subarray(0, end - at);
    for (const frame of encodeConsole({ from: at, pieces: [text] }, twins))
      connection.send(frame.bytes(twins));
    const isStuck = text.length === 0 && at === this.cursor;
    if (isStuck) this.gap(end);
    this.cursor = isStuck ? end : at + text.length;
  }

  private gap(to: number): void {
    this.options.connection.send(encodeEvent({ event: 'gap', from: this.cursor, to }));
  }

  /** What has its place at or before the cursor. */
  private sendHeld(): void {
    while (this.held[0] && this.held[0].at <= this.cursor) {
      const held = this.held.shift();
      if (held) this.options.connection.send(encodeSharedEvent(held.event));
    }
  }
}
