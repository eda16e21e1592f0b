import { errorText } from '../../shared/error-text.ts';
import type { LogEntry, StreamName } from '../docker/contract.ts';
import { Scope } from '../lib/scope.ts';
import { AnchorRecorder } from './anchor-recorder.ts';
import { Attachment } from './attachment.ts';
import type { Consumed, LogAnchor } from './contract.ts';
import { EngineLogReader } from './engine-log-reader.ts';
import type { ConsoleFeedOptions } from './feed-options.ts';
import { HandOver } from './hand-over.ts';
import { LogFollower } from './log-follower.ts';
import { LogIntake } from './log-intake.ts';
import { distinctEnd, findPlace, type LogPlace, placeTail } from './log-place.ts';
import { StreamSync } from './stream-sync.ts';
import { TailBuffer } from './tail-buffer.ts';

/** In a flood, what came within the time that it takes to ask for the log's last entries. */
const tailBytes = 256 * 1024;

/** How soon an attachment that brought too much before its place was known is made anew, in ms. */
const reattachMs = 1000;

/**
 * The output of one container, brought to a ConsoleOutput completely, in order and once, and its standard input.
 * `attach` before the container starts sees everything live. `catchUp` joins a container that has been running: from the engine's
 * own log, beginning where the history ends, then over to the attachment (see StreamSync). Closing it detaches; the container goes on.
 */
export class ConsoleFeed {
  private readonly options: ConsoleFeedOptions;
  private readonly scope = new Scope();
  private readonly syncs = new Map<StreamName, StreamSync>();
  private readonly names: StreamName[];
  private readonly attachment: Attachment;
  private readonly anchors: AnchorRecorder;
  private readonly logIntake: LogIntake;
  private follower: LogFollower | null = null;
  private readonly handOver: HandOver;
  private logEnded = false;
  private endTold = false;
  /** The attachment didn't end in order: what it brought may not have been all. */
  private isBroken = false;
  private readonly waiters: (() => void)[] = [];

  constructor(options: ConsoleFeedOptions) {
    this.options = options;
    this.names = options.tty ? ['stdout'] : ['stdout', 'stderr'];
    this.attachment = new Attachment({
      ...options,
      names: this.names,
      onOpen: (at) => {
        for (const sync of this.syncs.values()) if (sync.mode !== 'live') sync.attached(at);
      },
      onText: (name, text) => this.takeLive(name, text),
      onEnd: (problem) => this.attachmentEnded(problem),
    });
    this.scope.add(() => this.attachment.close());
    this.logIntake = new LogIntake(this.syncs, (anchor) =>
      options.output.history.mark(this.consumed(), anchor),
    );
    this.handOver = new HandOver({
      syncs: this.syncs,
      isDue: () => this.attachment.isOpen && !this.isLive,
      isReading: () => this.follower?.isReading ?? false,
      onStalled: () => this.follower?.lookAgain(),
      scope: this.scope,
    });
    this.anchors = new AnchorRecorder({
      ...options,
      note: (consumed, anchor) => options.output.history.mark(consumed, anchor),
      consumed: () => this.consumed(),
      isLive: () => this.isLive,
      scope: this.scope,
    });
  }

  /** True while the attachment is the only source of all streams. */
  get isLive(): boolean {
    return this.attachment.isOpen && [...this.syncs.values()].every((sync) => sync.mode === 'live');
  }

  /** The attachment has ended: there is no live text any more. */
  get hasEnded(): boolean {
    return this.endTold;
  }

  /** Attaches to a container that has not started yet. Rejects if the engine refuses. */
  async attach(): Promise<void> {
    await this.attachFrom({ stdout: 0, stderr: 0 });
  }

  /**
   * Joins a container that runs, from now on: for when its log can't be read. What it printed since the history's end is not
   * had, and the counts go on from there, until an anchor tells the place in the log again. Rejects if the engine refuses.
   */
  async attachLive(): Promise<void> {
    const { consumed } = this.options.output.history;
    const isKnown = consumed.container === this.options.containerId;
    await this.attachFrom(isKnown ? consumed : { stdout: 0, stderr: 0 });
  }

  private async attachFrom(consumed: Record<StreamName, number>): Promise<void> {
    for (const name of this.names) {
      const sync = this.makeSync(name, 0, consumed[name], null);
      sync.attached('');
      sync.tryLive(0, true, true);
    }
    this.options.output.history.mark(this.consumed(), null);
    await this.openAttachment();
    this.anchors.start();
  }

  /**
   * Catches up from the engine's log and, if the container runs, goes over to an attachment. Resolves when all that the log had
   * at this moment is in the history; rejects if the log can't be read.
   */
  async catchUp(running: boolean): Promise<void> {
    const { history } = this.options.output;
    if (history.consumed.container === null && history.end > history.from) await this.recount();
    const known = history.consumed.container === this.options.containerId;
    const reader = await this.readToEnd(
      known ? history.consumed : { stdout: 0, stderr: 0 },
      known ? history.anchor : null,
    );
    for (const sync of this.syncs.values()) sync.logIdle(!running);
    if (!running) {
      this.logEnded = true;
      this.told();
      return;
    }
    await this.goOverFrom(reader);
  }

  /** Reads the log from the anchor (null: its first line) to its present end. */
  private async readToEnd(consumed: LogPlace, anchor: LogAnchor | null): Promise<EngineLogReader> {
    const { engine, containerId, tty, output, onHole } = this.options;
    for (const name of this.names) {
      this.makeSync(name, anchor?.[name] ?? 0, consumed[name], await this.tailOf(name, consumed[name]));
    }
    const reader = new EngineLogReader(engine(), containerId, tty, anchor?.time);
    let isStartKnown = anchor === null;
    for await (const entries of reader.untilEnd(this.scope.signal)) {
      if (!isStartKnown && !reader.sawStart) {
        // The anchor is no longer in the log, but what came after it may be.
        const end = distinctEnd(await output.history.tail(placeTail));
        const place = end && (await this.placeOf(end, { isWhole: false, isMixed: false }));
        if (place !== null) {
          output.history.mark({ container: containerId, ...place }, null);
          return this.readToEnd(place, null);
        }
        this.placeIsGone();
      }
      isStartKnown = true;
      this.takeLog(entries);
    }
    // Nothing of it is left at all.
    if (!isStartKnown && !this.scope.isClosed) onHole();
    return reader;
  }

  /** From the log's end that was read to the attachment. Resolves when that is open, rejects if it can't be or the log can't be read. */
  private async goOverFrom(reader: EngineLogReader): Promise<void> {
    const follower = new LogFollower({
      reader,
      take: (entries) => this.takeLog(entries),
      isLive: () => this.isLive,
      onHole: () => this.placeIsGone(),
      signal: this.scope.signal,
    });
    this.follower = follower;
    await follower.approach();
    if (this.scope.isClosed) return;
    const failure = this.follow(follower).catch(errorText);
    await this.openAttachment();
    this.handOver.soon();
    this.anchors.start();
    void failure.then((problem) => this.followingFailed(problem));
  }

  /** There is text and nothing that says how much of the log it is: the text itself does. */
  private async recount(): Promise<void> {
    const { containerId, output, onCountsLost } = this.options;
    const { history } = output;
    const tail = await history.tail(placeTail);
    const isWhole = history.from === 0 && tail.length === history.end;
    const place = await this.placeOf(tail, { isWhole, isMixed: !this.options.tty });
    if (this.scope.isClosed) return;
    history.mark({ container: containerId, ...(place ?? { stdout: 0, stderr: 0 }) }, null);
    onCountsLost(place !== null);
  }

  private placeOf(tail: Buffer, evidence: { isWhole: boolean; isMixed: boolean }): Promise<LogPlace | null> {
    const { engine, containerId, tty } = this.options;
    return findPlace({ engine: engine(), containerId, tty, tail, ...evidence, signal: this.scope.signal });
  }

  /**
   * Writes to the container's standard input, byte for byte, in the order of the calls (S12).
   * Throws `busy` if more than 256 KiB wait since the program doesn't read them.
   */
  write(data: Buffer): void {
    this.attachment.write(data);
  }

  /**
   * Resolves when the ended container's output is complete, or after `ms` at the latest; false if it had to give up waiting,
   * or the attachment broke: then only the engine's log has the rest.
   */
  async finished(ms: number): Promise<boolean> {
    if (!this.isDone()) {
      await Promise.race([new Promise<void>((resolve) => this.waiters.push(resolve)), this.scope.pause(ms)]);
    }
    const done = this.isDone();
    for (const name of this.names) this.flushDecoder(name);
    return done;
  }

  close(): void {
    this.scope.close();
    this.told();
  }

  private isDone(): boolean {
    if (this.scope.isClosed) return true;
    const live = [...this.syncs.values()].every((sync) => sync.mode === 'live');
    return this.logEnded || (this.endTold && live && !this.isBroken);
  }

  private makeSync(name: StreamName, logStart: number, consumed: number, tail: Buffer | null): StreamSync {
    const tails = new TailBuffer(tailBytes, tail ?? undefined);
    this.options.tails.set(name, tails);
    const sync = new StreamSync({
      logStart,
      consumed,
      tail,
      deliver: (text) => {
        tails.push(text);
        this.options.output.append(text, this.consumed());
        this.options.onText(text);
      },
    });
    this.syncs.set(name, sync);
    return sync;
  }

  private consumed(): Consumed {
    return {
      container: this.options.containerId,
      stdout: this.syncs.get('stdout')?.fed ?? 0,
      stderr: this.syncs.get('stderr')?.fed ?? 0,
    };
  }

  /** A terminal's stream is the history itself; of two interleaved streams only this process knows the ends. */
  private async tailOf(name: StreamName, consumed: number): Promise<Buffer | null> {
    const kept = this.options.tails.get(name)?.bytes();
    const tail =
      kept && kept.length > 0 ? kept : this.options.tty ? await this.options.output.history.tail(8192) : null;
    return tail && tail.length > consumed ? tail.subarray(tail.length - consumed) : tail;
  }

  private openAttachment(): Promise<void> {
    return this.attachment.open(() => this.scope.isClosed);
  }

  private takeLive(name: StreamName, text: Buffer): void {
    const sync = this.syncs.get(name);
    if (!sync) return;
    if (sync.mode !== 'live') this.handOver.liveCame();
    sync.fromAttachment(text, Date.now());
    if (sync.overflown) this.reattach();
  }

  private takeLog(entries: LogEntry[]): void {
    this.logIntake.take(entries);
    this.handOver.logCame(entries.at(-1)?.time ?? '');
  }

  /** The engine has rotated its log past our place. */
  private placeIsGone(): void {
    this.options.onHole();
    for (const sync of this.syncs.values()) sync.startIsGone();
  }

  /** Reads on in the log until every stream is live or the container ends. */
  private async follow(follower: LogFollower): Promise<null> {
    const hasEnded = await follower.follow();
    if (this.scope.isClosed || !hasEnded) return null;
    for (const sync of this.syncs.values()) sync.logIdle(true);
    this.logEnded = true;
    this.told();
    return null;
  }

  /** Without the log nobody will know the attachment's place in it: the next feed begins anew. */
  private followingFailed(problem: string | null): void {
    if (problem === null || this.isLive || this.scope.isClosed) return;
    this.attachment.close();
    this.ended(`the engine’s log broke off: ${problem}`);
  }

  /**
   * More text came than may wait for its place: begin again with a fresh attachment, the log goes on meanwhile. Not so for a stream that
   * is live already, whose place in the log nobody keeps: then this feed is over, and the next one begins with the log.
   */
  private reattach(): void {
    if ([...this.syncs.values()].some((sync) => sync.mode === 'live')) {
      this.attachment.close();
      this.ended('the engine’s log is too far behind it');
      return;
    }
    for (const sync of this.syncs.values()) sync.attached('9999');
    this.attachment.close();
    this.scope.timeout(() => {
      if (!this.scope.isClosed && !this.logEnded)
        this.openAttachment().catch((error) => this.ended(String(error)));
    }, reattachMs);
  }

  private attachmentEnded(problem: string | null): void {
    this.ended(problem);
  }

  private ended(problem: string | null): void {
    if (this.endTold || this.scope.isClosed) return;
    this.endTold = true;
    this.isBroken = problem !== null;
    if (problem !== null)
      this.options.log.warn(
        { container: this.options.containerId, problem },
        "the attachment to a container's console broke",
      );
    this.told();
    this.options.onEnd(problem);
  }

  private told(): void {
    if (this.isDone()) for (const wake of this.waiters.splice(0)) wake();
  }

  private flushDecoder(name: StreamName): void {
    const sync = this.syncs.get(name);
    const text = sync?.mode === 'live' ? this.attachment.flush(name) : this.logIntake.decoder(name).end();
    if (!sync || !text || text.length === 0) return;
    if (sync.mode === 'live') sync.fromAttachment(text, Date.now());
    else sync.fromLog(text, '');
  }
}
