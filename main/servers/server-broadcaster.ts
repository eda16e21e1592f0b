import type { Progress } from '../../shared/model/progress.ts';
import type { ServerEvent } from '../../shared/protocol/server-events.ts';
import type { ConsoleOutput } from '../console/console-output.ts';
import type { Channel } from './registry/channel.ts';

export interface ServerBroadcasterOptions {
  output: ConsoleOutput;
  channel: Channel;
}

/** Least time between two progress frames of the same work, in ms. */
const progressEveryMs = 200;

/** What a server says to all who listen to it, besides its console: each word at its place in the text (S8). */
export class ServerBroadcaster {
  private readonly options: ServerBroadcasterOptions;
  private lastProgress = 0;
  private silent = false;

  constructor(options: ServerBroadcasterOptions) {
    this.options = options;
  }

  broadcast(event: ServerEvent): void {
    if (this.silent) return;
    const { output, channel } = this.options;
    output.flush();
    channel.each((listener) => listener.event(event));
  }

  /** S11. */
  notify(text: string): void {
    this.broadcast({ event: 'daemon_message', data: text });
  }

  /** X5, at most five a second. */
  progress(progress: Progress): void {
    const now = Date.now();
    if (now - this.lastProgress < progressEveryMs) return;
    this.lastProgress = now;
    this.broadcast({ event: 'progress', data: progress });
  }

  /** From now on nothing is said. */
  close(): void {
    this.silent = true;
  }
}
