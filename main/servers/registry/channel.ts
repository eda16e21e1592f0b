import type { Stats } from '../../../shared/protocol/server-events.ts';
import type { ConsoleBatch } from '../../console/console-output.ts';

/** What a session on a server's socket hears. Frames are encoded once for all who listen. */
export interface ChannelListener {
  readonly wantsTwins: boolean;
  batch(batch: ConsoleBatch): void;
  /** State changes, daemon messages, progress: never dropped. */
  frame(frame: Buffer): void;
  stats(stats: Stats): void;
  /** A server of this id has come to life, or was deleted (S4). */
  serverChanged(): void;
}

/** All listeners of one server id; outlives the server, and exists before it (S4). */
export class Channel {
  readonly listeners = new Set<ChannelListener>();

  get audience(): { listeners: number; twins: boolean } {
    let twins = false;
    for (const listener of this.listeners) twins ||= listener.wantsTwins;
    return { listeners: this.listeners.size, twins };
  }

  each(visit: (listener: ChannelListener) => void): void {
    for (const listener of [...this.listeners]) visit(listener);
  }
}
