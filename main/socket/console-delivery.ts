import { closeCodes } from '../../shared/protocol/close-codes.ts';
import type { ServerEvent } from '../../shared/protocol/server-events.ts';
import type { ConsoleBatch, ConsoleOutput } from '../console/console-output.ts';
import type { Limiter } from '../lib/limiter.ts';
import { encodeConsole } from '../wire/console-frames.ts';
import { encodeEvent } from '../wire/encode-event.ts';
import { encodeSharedConsole, encodeSharedEvent } from '../wire/encode-once.ts';
import type { ClientOutlet } from './connection.ts';
import { Replay } from './replay.ts';

/** X4: a client that was full for this long is sent away, in ms. */
const maxFullMs = 30_000;
/** How often it is looked whether the host has caught up with what a client has, in ms. */
const aheadEveryMs = 100;
/** The same while only an unfinished line is missing, which may take days. */
const lineEveryMs = 1000;
/** The engine logs a line that is longer in pieces. */
const maxLine = 16 * 1024;
const maxLogRequests = 8;

/** Whose console it is. */
export interface ConsoleSource {
  readonly output: ConsoleOutput;
  /** Whether the history holds all that is known to have been printed. */
  readonly isCaughtUp: boolean;
  /**
   * The container ran before this host joined it: a client may have the beginning of a line that the host before showed, and that
   * neither its history nor the engine's log has until the line ends.
   */
  readonly mayLackLine: boolean;
}

/**
 * How console text reaches the client. *live*: each batch as it comes. *replaying*: text is read from the
 * history, batches are not looked at until the replay has caught up. *dropping*: the queue was full, text from `from` on is
 * missing. *ahead*: the client has text that this host (restarted) still has to read from the engine's log.
 */
type Mode =
  | { name: 'live' }
  | { name: 'replaying'; replay: Replay }
  | { name: 'dropping'; from: number; dispose: () => void }
  | { name: 'ahead'; after: number };

export interface ConsoleDeliveryOptions {
  connection: ClientOutlet;
  /** Null: there is no server (yet); then events are all that comes. */
  source: ConsoleSource | null;
  /** S9: whether each console frame is followed by its twin. */
  twins: boolean;
  /** Reads of long histories, all clients' together. */
  logReads: Limiter;
}

/**
 * Brings one server's console to one client: every byte once and in order, or a `gap` that says which are missing, and the
 * events between the text at their place in it. The client's queue stays bounded.
 */
export class ConsoleDelivery {
  private readonly connection: ClientOutlet;
  private readonly source: ConsoleSource | null;
  private readonly twins: boolean;
  private readonly logReads: Limiter;
  private mode: Mode = { name: 'live' };
  /** Offset after the last console text that this client got. */
  private next: number;
  private isClosed = false;
  private logRequests = 0;
  private reads: Promise<void> = Promise.resolve();

  constructor({ connection, source, twins, logReads }: ConsoleDeliveryOptions) {
    this.connection = connection;
    this.source = source;
    this.twins = twins;
    this.logReads = logReads;
    this.next = source?.output.told ?? 0;
  }

  /** X3: begins behind what the client says it has. To be called before anything else comes. */
  resume(after: number): void {
    const { source } = this;
    if (!source) return;
    if (after > this.next) {
      this.waitForEnd(source, after);
      return;
    }
    const replay = this.replay(source, after);
    this.read(source, () => this.finish(replay));
  }

  /** Nothing is delivered any more. */
  close(): void {
    this.isClosed = true;
    this.leave();
  }

  /** An event at its place behind all text so far. Never dropped. */
  event(event: ServerEvent): void {
    const { mode, source } = this;
    if (mode.name === 'replaying' && mode.replay.hold(event)) return;
    if (mode.name === 'dropping' && source) this.tellGap(mode, source.output.told);
    this.connection.send(encodeSharedEvent(event));
  }

  batch(batch: ConsoleBatch): void {
    switch (this.mode.name) {
      case 'live':
        if (this.connection.isFull) this.startDropping(batch.from);
        else this.deliver(batch);
        return;
      case 'ahead':
        if (batch.to <= this.mode.after) return;
        this.next = Math.max(batch.from, this.mode.after);
        this.mode = { name: 'live' };
        this.deliver(batch);
        return;
      case 'dropping':
        this.room();
        return;
      case 'replaying':
        return;
    }
  }

  /** The queue has room again: what was dropped is told. */
  room(): void {
    if (this.connection.hasRoom) this.stopDropping();
  }

  /**
   * S14: answers requests for lines one after the other, as fast as this client takes them. Null, or why not: at most 8 may
   * wait.
   */
  requestLogs(lines: number, before: number | undefined): string | null {
    const { source } = this;
    if (!source) return 'there is no console';
    if (this.logRequests >= maxLogRequests) return 'too many log requests at once; wait for the answers';
    this.logRequests += 1;
    this.read(source, async () => {
      this.logRequests -= 1;
      await this.connection.untilRoom();
      await this.sendLogs(source, lines, before);
    });
    return null;
  }

  /**
   * Sends lines up to the present end (or before an older offset), so that they and the console frames around them meet
   * without a hole and without an overlap: delivery pauses at the end and goes on from exactly there.
   */
  private async sendLogs(source: ConsoleSource, lines: number, before: number | undefined): Promise<void> {
    const { output } = source;
    const joins = before === undefined && this.mode.name !== 'ahead';
    if (joins) output.flush();
    const end = output.told;
    if (joins) this.stopDropping();
    const replay = joins ? this.replay(source, end) : null;
    await this.logReads.run(async () => {
      if (this.isClosed) return;
      const logs = await output.history.lastLines(lines, { before: Math.min(before ?? end, end) });
      if (this.isClosed) return;
      const data = logs.data.toString('utf8');
      this.connection.send(encodeEvent({ event: 'logs', data, from: logs.from, to: logs.to }));
    });
    if (this.isClosed) return;
    if (replay) await this.finish(replay);
  }

  private replay({ output }: ConsoleSource, from: number): Replay {
    const { connection, twins } = this;
    const replay = new Replay({ connection, output, from, twins });
    this.leave();
    this.mode = { name: 'replaying', replay };
    this.next = from;
    return replay;
  }

  private async finish(replay: Replay): Promise<void> {
    if (await replay.run()) this.goLive(replay.cursor);
  }

  /** Reads of the history go one after the other; a failed one is told, what could not be read is a gap, and the live text goes on. */
  private read(source: ConsoleSource, work: () => Promise<void>): void {
    const run = async (): Promise<void> => (this.isClosed ? undefined : work());
    this.reads = this.reads.then(run).catch(() => {
      this.connection.error('the console history could not be read');
      if (this.isClosed || this.mode.name !== 'replaying') return;
      const { told } = source.output;
      this.mode.replay.abandon(told);
      this.goLive(told);
    });
  }

  private deliver(batch: ConsoleBatch): void {
    const { twins, next } = this;
    const isWhole = next <= batch.from;
    const frames = isWhole
      ? encodeSharedConsole(batch, twins)
      : encodeConsole(
          { from: next, pieces: [Buffer.concat(batch.pieces).subarray(next - batch.from)] },
          twins,
        );
    this.next = batch.to;
    for (const frame of frames) if (!this.connection.send(frame.bytes(twins))) frame.hold();
  }

  /** The client knows more than we do: either we are still reading it from the engine's log, or its offset is not ours. */
  private waitForEnd(source: ConsoleSource, after: number): void {
    const { output } = source;
    this.mode = { name: 'ahead', after };
    const check = (): void => {
      if (this.mode.name !== 'ahead') return;
      output.flush();
      if (!source.isCaughtUp) {
        this.connection.scope.timeout(check, aheadEveryMs);
      } else if (source.mayLackLine && output.told < after && after - output.told <= maxLine) {
        this.connection.scope.timeout(check, lineEveryMs);
      } else if (output.told < after) {
        this.connection.error(
          `after=${after} is beyond the end of this console (${output.told}); going on from there`,
        );
        this.goLive(output.told);
      }
    };
    check();
  }

  private goLive(next: number): void {
    this.next = next;
    this.mode = { name: 'live' };
  }

  /** What the present mode has under way ends. */
  private leave(): void {
    if (this.mode.name === 'dropping') this.mode.dispose();
    if (this.mode.name === 'replaying') this.mode.replay.cancel();
  }

  private startDropping(from: number): void {
    const dispose = this.connection.scope.timeout(() => this.connection.close(closeCodes.tooSlow), maxFullMs);
    this.mode = { name: 'dropping', from: Math.max(from, this.next), dispose };
  }

  private stopDropping(): void {
    if (this.mode.name !== 'dropping' || !this.source) return;
    const { told } = this.source.output;
    this.mode.dispose();
    this.tellGap(this.mode, told);
    this.goLive(told);
  }

  /** Says that the text up to `to` was dropped; what is dropped from there on will be told later. */
  private tellGap(dropped: { from: number }, to: number): void {
    if (to <= dropped.from) return;
    this.connection.send(encodeEvent({ event: 'gap', from: dropped.from, to }));
    dropped.from = to;
  }
}
