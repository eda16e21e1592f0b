import type { StoreApi } from 'zustand/vanilla';
import type { SocketStatus } from '../../client/reconnecting-socket.ts';
import { ServerSocket } from '../../client/server-socket.ts';
import { tokenRefusal } from '../../client/token-probe.ts';
import { readLogs } from '../../shared/http/console.ts';
import { isUp } from '../../shared/model/power.ts';
import type { Progress } from '../../shared/model/progress.ts';
import type { WireState } from '../../shared/model/server.ts';
import type { PowerAction } from '../../shared/protocol/client-events.ts';
import type { ServerEvent, Stats } from '../../shared/protocol/server-events.ts';
import { api } from '../link/api.ts';
import { session } from '../link/session.ts';
import { ConsoleHistory } from './console-history.ts';
import { ConsoleModel } from './console-model.ts';
import { FrameStore } from './frame-store.ts';
import { Rate, Series } from './series.ts';

/** What the host said in words, when (Unix milliseconds). */
export interface DaemonMessage {
  id: number;
  at: number;
  text: string;
}

interface LiveServerView {
  link: SocketStatus;
  /** Null before the host has told. */
  state: WireState | null;
  stats: Stats | null;
  progress: Progress | null;
  /** The newest ones, oldest first. */
  messages: readonly DaemonMessage[];
}

/** Ten minutes of figures, one a second. Rates in bytes a second. */
interface Figures {
  cpu: Series;
  memory: Series;
  networkIn: Series;
  networkOut: Series;
  diskRead: Series;
  diskWrite: Series;
}

const figureNames = [
  'cpu',
  'memory',
  'networkIn',
  'networkOut',
  'diskRead',
  'diskWrite',
] as const satisfies (keyof Figures)[];
const figurePoints = 600;
const maxMessages = 200;
/** How old the news of an archive may get, in ms: it comes four times a second, and nothing tells the end. */
const archiveNewsMs = 10_000;
const firstLines = 1000;

/** One open server page: its socket, its console and its figures, for as long as the page is open. */
export class ServerStore {
  readonly id: string;
  readonly store: StoreApi<LiveServerView>;
  private readonly view: FrameStore<LiveServerView>;
  readonly console = new ConsoleModel();
  readonly history: ConsoleHistory;
  readonly figures: Figures;
  /** Where the console ended, second by second, in bytes. */
  private readonly ends = new Series(figurePoints);
  private readonly link: ServerSocket;
  private readonly ticker: ReturnType<typeof setInterval>;
  private readonly rates = { in: new Rate(), out: new Rate(), read: new Rate(), write: new Rate() };
  private messageCount = 0;
  /** When `progress` was told last. */
  private progressAt = 0;

  constructor(id: string) {
    this.id = id;
    this.view = new FrameStore<LiveServerView>({
      link: { status: 'connecting' },
      state: null,
      stats: null,
      progress: null,
      messages: [],
    });
    this.store = this.view.store;
    this.history = new ConsoleHistory(this.console, (query, signal) =>
      api.call(readLogs, { params: { id }, query, signal }),
    );
    const series = (): Series => new Series(figurePoints);
    this.figures = {
      cpu: series(),
      memory: series(),
      networkIn: series(),
      networkOut: series(),
      diskRead: series(),
      diskWrite: series(),
    };
    this.link = new ServerSocket({
      serverId: id,
      connection: () => session.connection(),
      onRefused: (problem) => session.refused(problem),
      tokenRefusal,
      onEvent: (event) => this.take(event),
      onStatus: (link) => this.view.change({ link }),
      firstLines,
    });
    this.ticker = setInterval(() => this.tick(), 1000);
  }

  start(): void {
    this.link.start();
  }

  close(): void {
    clearInterval(this.ticker);
    this.link.close();
    this.history.close();
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

  /** 0 before the first. */
  get lastMessageId(): number {
    return this.messageCount;
  }

  /** Back to the newest text after a long way up. */
  attachConsole(): void {
    this.console.attach();
    this.link.send({ event: 'request_logs', lines: firstLines });
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
        this.view.change({ state: event.data, ...(event.data === 'installing' ? {} : { progress: null }) });
        return;
      case 'stats': {
        const { event: _name, ...stats } = event;
        this.view.change({ stats });
        return;
      }
      case 'progress':
        this.progressAt = Date.now();
        this.view.change({ progress: event.data });
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
    this.view.change({ messages: [...this.view.current.messages, message].slice(-maxMessages) });
  }

  /** Stats are only sent when they change (S7), so a second without news is a second with the same figures. */
  private tick(): void {
    const { link, stats, state, progress } = this.view.current;
    const lives = link.status === 'online' && stats !== null && state !== null && isUp(state);
    const now = Date.now();
    if (progress?.phase === 'archive' && now - this.progressAt > archiveNewsMs)
      this.view.change({ progress: null });
    const { figures, rates } = this;
    const rate = (meter: Rate, total: number): number | null => (lives ? meter.next(total, now) : null);
    this.ends.push(now, this.console.end);
    figures.cpu.push(now, lives ? stats.cpu_usage : null);
    figures.memory.push(now, lives ? stats.memory_usage : null);
    figures.networkIn.push(now, rate(rates.in, stats?.network_rx ?? 0));
    figures.networkOut.push(now, rate(rates.out, stats?.network_tx ?? 0));
    figures.diskRead.push(now, rate(rates.read, stats?.block_read ?? 0));
    figures.diskWrite.push(now, rate(rates.write, stats?.block_write ?? 0));
    for (const listener of this.tickListeners) listener();
  }

  /** Where in the console (bytes) what was printed at a moment (Unix ms) begins; null for before this page was opened. */
  offsetAt(at: number): number | null {
    const index = this.ends.times.findLastIndex((time) => time < at);
    return this.ends.values[index] ?? null;
  }

  /** What the host has kept of before this page; once. Times in Unix milliseconds. */
  seedFigures(
    kept: Record<keyof Figures, { times: readonly number[]; values: readonly (number | null)[] }>,
  ): void {
    if (this.isSeeded) return;
    this.isSeeded = true;
    for (const name of figureNames) this.figures[name].seed(kept[name].times, kept[name].values);
  }

  private isSeeded = false;
  private readonly tickListeners = new Set<() => void>();

  /** Called each second, after the figures got their points. Returns its disposer. */
  onTick(listener: () => void): () => void {
    this.tickListeners.add(listener);
    return () => this.tickListeners.delete(listener);
  }
}
