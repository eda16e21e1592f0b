import { LightdeckError } from '../../../shared/errors.ts';
import { ConsoleFeed } from '../../console/console-feed.ts';
import type { ConsoleOutput } from '../../console/console-output.ts';
import type { StreamTails } from '../../console/feed-options.ts';
import { createReadyMatcher } from '../../console/ready-matcher.ts';
import { TerminalLine } from '../../console/terminal-line.ts';
import type { Engine } from '../../docker/contract.ts';
import type { Log } from '../../lib/log.ts';
import { SignalLog } from './signal-log.ts';
import { firstOutputChars } from './start-fault.ts';

export interface ContainerRunOptions {
  engine: () => Engine;
  containerId: string;
  tty: boolean;
  /** Whether something can be typed into it. */
  input: boolean;
  /** Null: no pattern to wait for. */
  pattern: string | null;
  output: ConsoleOutput;
  log: Log;
  onReady: () => void;
  /** Part of the output is lost, since the engine's log no longer has it. */
  onHole: () => void;
  /** See `ConsoleFeedOptions`. */
  onCountsLost: (isFound: boolean) => void;
  /** The console's connection ended while nobody closed it. */
  onConsoleEnd: (problem: string | null) => void;
}

const inputIsOver =
  'the command was not sent: with Podman the input of a server without a terminal ends when Lightdeck is restarted or its connection breaks; restart the server to type again, or give it a terminal';

const noInput =
  'the command was not sent: this container was made elsewhere without standard input (docker run -i), so nothing can be typed into it';

/** How long an ended container's last output may take before the log is asked instead, in ms. */
const lastOutputMs = 1000;

/** One container with its console: from just before its start (or from adoption) until its end was dealt with. */
export class ContainerRun {
  readonly containerId: string;
  readonly signals = new SignalLog();
  /** When the kernel last killed one of its processes for memory, Unix milliseconds. */
  oomAt: number | null = null;
  /** The beginning of what it printed since we attached; nothing for one that was joined later. */
  firstOutput = '';
  /** Bytes that it has printed since we attached. */
  printed = 0;
  /** The pattern was seen before the start was known to have succeeded. */
  readyEarly = false;
  /** The history holds all that the container had printed when we joined it. */
  isCaughtUp = false;
  private adopted = false;
  /** The end is being dealt with: nothing else may. */
  ending = false;
  /** Its standard input came to its end with an earlier attachment (see `Engine.keepsInput`). */
  private isInputOver = false;
  private wasAttached = false;
  private readonly options: ContainerRunOptions;
  private readonly tails: StreamTails = new Map();
  /** Null without a terminal: a pipe passes on lines of any length. */
  private readonly typed: TerminalLine | null;
  private feed: ConsoleFeed | null = null;
  private matcher: { push(text: Buffer): boolean } | null;

  constructor(options: ContainerRunOptions) {
    this.options = options;
    this.containerId = options.containerId;
    this.typed = options.tty ? new TerminalLine() : null;
    this.matcher = options.pattern ? createReadyMatcher(options.pattern) : null;
  }

  /** Before the container starts (attach first, then start, or the first lines of a quick exit are lost). */
  async attach(): Promise<void> {
    this.noteAttachment();
    await this.open().attach();
    this.isCaughtUp = true;
  }

  /** Joins a container that has run without us, or has ended meanwhile: what its log holds beyond the history, then live. */
  async catchUp(running: boolean): Promise<void> {
    this.isCaughtUp = false;
    if (running) this.noteAttachment();
    await this.open().catchUp(running);
    this.isCaughtUp = true;
  }

  /** Joins a container that runs, without what it printed until now: for when its log can't be read. */
  async attachLive(): Promise<void> {
    this.isCaughtUp = false;
    this.noteAttachment();
    await this.open().attachLive();
    this.isCaughtUp = true;
  }

  /** It ran before this host knew of it; `wasAttached`: an earlier one was attached to it. */
  adopt(wasAttached: boolean): void {
    this.adopted = true;
    this.wasAttached ||= wasAttached;
  }

  /** Whether its program has a terminal. */
  get tty(): boolean {
    return this.options.tty;
  }

  get isAdopted(): boolean {
    return this.adopted;
  }

  get isAttached(): boolean {
    return this.feed !== null && !this.feed.hasEnded;
  }

  /**
   * Standard input, byte for byte; false while there is no console. Throws LightdeckError `busy` if the program doesn't read, `invalid` if
   * its terminal would cut a line, `engine_refused` if the engine has ended its input.
   */
  write(data: Buffer): boolean {
    if (!this.options.input) throw new LightdeckError('invalid', noInput);
    if (!this.feed) return false;
    if (this.isInputOver) throw new LightdeckError('engine_refused', inputIsOver);
    this.typed?.check(data);
    this.feed.write(data);
    this.typed?.sent(data);
    return true;
  }

  /** The container has ended: waits for the rest of its output (S8), from the engine's log if the attachment broke. */
  async collectRest(engineWasAway: boolean): Promise<void> {
    const feed = this.feed;
    const complete = feed !== null && !engineWasAway && (await feed.finished(lastOutputMs));
    this.closeConsole();
    if (complete) return;
    try {
      const rest = this.open();
      await rest.catchUp(false);
      await rest.finished(0);
    } catch (error) {
      this.options.log.warn(
        { container: this.containerId, error: String(error) },
        'the end of the output could not be read',
      );
    }
    this.closeConsole();
  }

  closeConsole(): void {
    this.feed?.close();
    this.feed = null;
  }

  private noteAttachment(): void {
    const { engine, tty } = this.options;
    if (this.wasAttached) this.isInputOver ||= !tty && !engine().keepsInput;
    this.wasAttached = true;
  }

  private open(): ConsoleFeed {
    this.closeConsole();
    const { engine, containerId, tty, input, output, log, onHole, onCountsLost } = this.options;
    const feed: ConsoleFeed = new ConsoleFeed({
      engine,
      containerId,
      tty,
      input,
      output,
      tails: this.tails,
      log,
      onHole,
      onCountsLost,
      onText: (text) => this.take(text),
      onEnd: (problem) => {
        if (this.feed === feed) this.options.onConsoleEnd(problem);
      },
    });
    this.feed = feed;
    return feed;
  }

  private take(text: Buffer): void {
    this.printed += text.length;
    if (this.firstOutput.length < firstOutputChars && !this.isAdopted)
      this.firstOutput += text.toString('utf8', 0, firstOutputChars);
    if (!this.matcher?.push(text)) return;
    this.matcher = null;
    this.options.onReady();
  }
}
