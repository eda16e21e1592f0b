import { createStore, type StoreApi } from 'zustand/vanilla';
import type { WireState } from '../../shared/model/server.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import type { Progress, ServerEvent, Stats } from '../../shared/protocol/server-events.ts';
import { ServerLink } from '../link/server-link.ts';
import { isTokenRefused, session } from '../link/session.ts';
import type { LinkStatus } from '../link/socket-link.ts';
import { ConsoleModel } from './console-model.ts';
import { Rate, Series } from './series.ts';

/** What the host said in words, when (Unix milliseconds). */
export interface DaemonMessage {
  id: number;
  at: number;
  text: string;
}

export interface ServerView {
  link: LinkStatus;
  /** Null before the host has told. */
  state: WireState | null;
  stats: Stats | null;
  progress: Progress | null;
  /** The newest ones, oldest first. */
  messages: readonly DaemonMessage[];
}

/** Ten minutes of figures, one a second. Rates in bytes a second. */
export interface Figures {
  cpu: Series;
  memory: Series;
  networkIn: Series;
  networkOut: Series;
  diskRead: Series;
  diskWrite: Series;
}

const figurePoints = 600;
const maxMessages = 200;
const firstLines = 1000;

/** One open server page: its socket, its console and its figures, for as long as the page is open. */
export class ServerStore {
  readonly id: string;
  readonly store: StoreApi<ServerView>;
  readonly console = new ConsoleModel();
  readonly figures: Figures;
  private readonly link: ServerLink;
  private readonly rates = { in: new Rate(), out: new Rate(), read: new Rate(), write: new Rate() };
  private messageCount = 0;
  private pending: ServerView | null = null;

  constructor(id: string) {
    this.id = id;
    this.store = createStore<ServerView>(() => ({
      link: { status: 'connecting' },
      state: null,
      stats: null,
      progress: null,
      messages: [],
    }));
    const series = (): Series => new Series(figurePoints);
    this.figures = {
      cpu: series(),
      memory: series(),
      networkIn: series(),
      networkOut: series(),
      diskRead: series(),
      diskWrite: series(),
    };
    this.link = new ServerLink({
      serverId: id,
      connection: () => session.connection(),
      onRefused: (problem) => session.refused(problem),
      isTokenRefused,
      onEvent: (event) => this.take(event),
      onStatus: (link) => this.change({ link }),
      firstLines,
    });
  }

  start(): void {
    this.link.start();
  }

  close(): void {
    this.link.close();
  }

  retryNow(): void {
    this.link.retryNow();
  }

  power(action: PowerAction): boolean {
    return this.link.send({ event: 'power', action });
  }

  /** One line for the program; the line's end is added. */
  command(line: string): boolean {
    return this.link.send({ event: 'send_command', command: `${line}\n` });
  }

  /** Asks for text that ends at `before`; it arrives in `console`. */
  loadOlder(before: number, lines = 5000): boolean {
    return this.link.send({ event: 'request_logs', before, lines });
  }

  private take(event: ServerEvent): void {
    switch (event.event) {
      case 'console':
        this.console.append(event.offset, event.data);
        return;
      case 'logs':
        this.console.insert({ from: event.from, to: event.to, text: event.data });
        return;
      case 'event':
        this.change({ state: event.data, ...(event.data === 'installing' ? {} : { progress: null }) });
        return;
      case 'stats': {
        const { event: _name, ...stats } = event;
        this.note(stats);
        this.change({ stats });
        return;
      }
      case 'progress':
        this.change({ progress: event.data });
        return;
      case 'daemon_message':
        this.tell(event.data);
        return;
      case 'gap':
      case 'console duplicate':
      case 'token_expiring':
        return;
    }
  }

  private tell(text: string): void {
    this.messageCount += 1;
    const message = { id: this.messageCount, at: Date.now(), text };
    this.change({ messages: [...this.current.messages, message].slice(-maxMessages) });
  }

  private note(stats: Stats): void {
    const now = Date.now();
    const { figures, rates } = this;
    figures.cpu.push(now, stats.cpu_usage);
    figures.memory.push(now, stats.memory_usage);
    figures.networkIn.push(now, rates.in.next(stats.network_rx, now));
    figures.networkOut.push(now, rates.out.next(stats.network_tx, now));
    figures.diskRead.push(now, rates.read.next(stats.block_read, now));
    figures.diskWrite.push(now, rates.write.next(stats.block_write, now));
  }

  private get current(): ServerView {
    return this.pending ?? this.store.getState();
  }

  private change(changes: Partial<ServerView>): void {
    const isFirst = this.pending === null;
    this.pending = { ...this.current, ...changes };
    if (!isFirst) return;
    requestAnimationFrame(() => {
      const next = this.pending;
      this.pending = null;
      if (next) this.store.setState(next, true);
    });
  }
}
