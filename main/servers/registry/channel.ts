import type { ServerEvent, Stats } from '../../../shared/protocol/server-events.ts';
import type { ConsoleBatch } from '../../console/console-output.ts';

/** What a session on a server's socket hears. The objects are the same for all who listen, and never change. */
export interface ChannelListener {
  batch(batch: ConsoleBatch): void;
  /** State changes, daemon messages, progress: never dropped. */
  event(event: ServerEvent): void;
  stats(stats: Stats): void;
  /** A server of this id has come to life, or was deleted (S4). */
  serverChanged(): void;
  /** One of the calls above threw, so it may have missed something: it has to end, and must not throw again. */
  failed(error: unknown): void;
}

/** All listeners of one server id; outlives the server, and exists before it (S4). */
export class Channel {
  readonly listeners = new Set<ChannelListener>();

  /** A listener that throws hurts neither the others nor whoever publishes. */
  each(visit: (listener: ChannelListener) => void): void {
    for (const listener of [...this.listeners]) {
      try {
        visit(listener);
      } catch (error) {
        this.listeners.delete(listener);
        listener.failed(error);
      }
    }
  }
}
