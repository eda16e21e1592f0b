import type { Progress, ServerEvent } from '../../shared/protocol/server-events.ts';
import type { ConsoleOutput } from '../console/console-output.ts';
import { encodeEvent } from '../wire/console-frames.ts';
import type { Channel } from './registry/channel.ts';

export interface ServerVoiceOptions {
  output: ConsoleOutput;
  channel: Channel;
}

/** Least time between two progress frames of the same work, in ms. */
const progressEveryMs = 200;

/** What a server says to all who listen to it, besides its console: each word at its place in the text (S8). */
export class ServerVoice {
  private readonly options: ServerVoiceOptions;
  private lastProgress = 0;
  private silent = false;

  constructor(options: ServerVoiceOptions) {
    this.options = options;
  }

  say(event: ServerEvent): void {
    if (this.silent) return;
    const { output, channel } = this.options;
    output.flush();
    const frame = encodeEvent(event);
    channel.each((listener) => listener.frame(frame));
  }

  /** S11. */
  tell(text: string): void {
    this.say({ event: 'daemon_message', data: text });
  }

  /** X5, at most five a second. */
  progress(progress: Progress): void {
    const now = Date.now();
    if (now - this.lastProgress < progressEveryMs) return;
    this.lastProgress = now;
    this.say({ event: 'progress', data: progress });
  }

  /** From now on nothing is said. */
  close(): void {
    this.silent = true;
  }
}
