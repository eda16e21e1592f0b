import type { AlertEvent } from '../../shared/model/alert.ts';
import type { HostEvent } from '../../shared/protocol/server-events.ts';
import { Emitter } from '../lib/emitter.ts';

/** One event for the host's socket, for everybody who may see that server; null: for all whose token isn't bound to some. */
export interface NewsItem {
  container: string | null;
  event: HostEvent;
}

/** Something that happened, for whoever tells people of it. `title` follows the server's name; without a server it is a whole sentence. */
export interface HostFact {
  event: AlertEvent;
  /** The server that it is about; null: the host. */
  container: string | null;
  title: string;
  /** The reason, or ''. */
  detail: string;
  /** Unix ms; left out: now. */
  at?: number;
}

/** What features tell on the host's socket. The socket sends it to those who may know. */
export class HostNews {
  private readonly items = new Emitter<NewsItem>();
  readonly on = this.items.on;
  private readonly facts = new Emitter<HostFact>();
  /** What `happened` told; none of it goes to the socket. */
  readonly onFact = this.facts.on;

  tell(item: NewsItem): void {
    this.items.emit(item);
  }

  happened(fact: HostFact): void {
    this.facts.emit(fact);
  }

  /** What the routes of `topic` answer about that server (null: about the host) is not what it was: pages ask again. */
  changed(topic: string, container: string | null): void {
    this.tell({ container, event: { event: 'changed', topic, internal_id: container } });
  }
}
