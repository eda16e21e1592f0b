import { errorText } from '../../shared/error-text.ts';
import type { RemoteConsoleKind } from '../../shared/model/remote-console.ts';
import { Backoff } from '../lib/backoff.ts';
import { Scope } from '../lib/scope.ts';
import { type CommandChannel, LoginRefused, type OpenChannel, type RemoteTarget } from './contract.ts';
import { openSourceRcon } from './source-rcon.ts';
import { openTelnet } from './telnet.ts';
import { openWebRcon } from './web-rcon.ts';

/** As many commands wait at most. */
const mostWaiting = 64;
/** A connection that nothing goes over is ended after so long, in ms. */
const idleMs = 60_000;
/** Between two tries to connect, in ms, and how long a command waits for one that works. */
const pauses = { first: 500, max: 5000 };
const patienceMs = 20_000;

const openers: Readonly<Record<RemoteConsoleKind, OpenChannel>> = {
  rcon: openSourceRcon,
  webrcon: openWebRcon,
  telnet: openTelnet,
};

export interface RemoteConsoleOptions {
  /** Where it is now, or in words why there is none. */
  target: () => (RemoteTarget & { kind: RemoteConsoleKind }) | { why: string };
  /** What a command was answered. */
  onAnswer: (command: string, answer: string) => void;
  /** A command that was taken could not be sent after all. */
  onFailed: (command: string, why: string) => void;
  /** Unix ms. */
  now: () => number;
  open?: Readonly<Record<RemoteConsoleKind, OpenChannel>>;
}

interface Waiting {
  command: string;
  since: number;
  onFailed: (() => void) | undefined;
}

/** A run's console that is not its standard input: connects when there is something to send, one command after the other. */
export class RemoteConsole {
  private readonly options: RemoteConsoleOptions;
  private readonly scope = new Scope();
  private readonly waiting: Waiting[] = [];
  private readonly backoff = new Backoff(pauses);
  private channel: CommandChannel | null = null;
  private isBusy = false;
  private stopIdling: () => void = () => {};

  constructor(options: RemoteConsoleOptions) {
    this.options = options;
  }

  /** Null when it was taken, else why not. `onFailed`: it could not be sent after all. */
  send(command: string, onFailed?: () => void): string | null {
    if (this.waiting.length >= mostWaiting) return 'too many commands wait for the server to take them';
    this.waiting.push({ command, since: this.options.now(), onFailed });
    void this.work();
    return null;
  }

  /** What waits is told as failed. */
  close(): void {
    this.scope.close();
    this.channel?.close();
    for (const one of this.waiting.splice(0)) this.fail(one, 'the server has ended');
  }

  /** Never rejects. */
  private async work(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.stopIdling();
    for (let first = this.waiting[0]; first && !this.scope.isClosed; first = this.waiting[0]) {
      try {
        const channel = await this.connected();
        this.waiting.shift();
        this.options.onAnswer(first.command, await channel.run(first.command));
      } catch (error) {
        if (this.scope.isClosed) break;
        const why = errorText(error);
        if (this.waiting[0] !== first) this.fail(first, why);
        else if (error instanceof LoginRefused || this.options.now() - first.since > patienceMs) {
          this.waiting.shift();
          this.fail(first, why);
        } else await this.scope.pause(this.backoff.next());
      }
    }
    this.isBusy = false;
    this.stopIdling = this.scope.timeout(() => this.channel?.close(), idleMs);
  }

  private async connected(): Promise<CommandChannel> {
    if (this.channel && !this.channel.ended.aborted) return this.channel;
    const target = this.options.target();
    if ('why' in target) throw new Error(target.why);
    this.channel = await (this.options.open ?? openers)[target.kind](target, this.scope.signal);
    if (this.scope.isClosed) this.channel.close();
    this.backoff.reset();
    return this.channel;
  }

  private fail({ command, onFailed }: Waiting, why: string): void {
    this.options.onFailed(command, why);
    onFailed?.();
  }
}
