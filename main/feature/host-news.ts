import type { HostEvent } from '../../shared/protocol/server-events.ts';
import { Emitter } from '../lib/emitter.ts';

/** One event for the host's socket, for everybody who may see that server; null: for all whose token isn't bound to some. */
export interface NewsItem {
  container: string | null;
  event: HostEvent;
}

/** What features tell on the host's socket. The socket sends it to those who may know. */
export class HostNews {
  private readonly items = new Emitter<NewsItem>();
  readonly on = this.items.on;

  tell(item: NewsItem): void {
    this.items.emit(item);
  }

  /** What the routes of `topic` answer about that server (null: about the host) is not what it was: pages ask again. */
  changed(topic: string, container: string | null): void {
    this.tell({ container, event: { event: 'changed', topic, internal_id: container } });
  }
}
