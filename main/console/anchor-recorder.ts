import type { Engine, StreamName } from '../docker/contract.ts';
import type { Log } from '../lib/log.ts';
import type { Scope } from '../lib/scope.ts';
import type { ConsoleHistory, Consumed } from './contract.ts';
import { EngineLogReader } from './engine-log-reader.ts';
import { findAnchor } from './find-anchor.ts';
import type { TailBuffer } from './tail-buffer.ts';

const everyMs = 10_000;
/** The first one comes sooner: a host may not live for long, and a new server has none. */
const firstMs = 1000;
/** So much new text is worth an anchor, in bytes. */
const leastText = 4096;
/** Log entries that an anchor is looked for in, and others before them that must be older. */
const entryCount = 20;
const earlierCount = 10;
/** What the log has came through the attachment too, but perhaps a moment later, in ms. */
const settleMs = 100;

export interface AnchorRecorderOptions {
  engine: () => Engine;
  containerId: string;
  tty: boolean;
  history: ConsoleHistory;
  tails: ReadonlyMap<StreamName, TailBuffer>;
  consumed: () => Consumed;
  /** An anchor can be found only while the attachment brings everything. */
  isLive: () => boolean;
  scope: Scope;
  log: Log;
}

/** Notes every few seconds where in the engine's log we are, so that a later catch-up need not read it from its beginning. */
export class AnchorRecorder {
  private readonly options: AnchorRecorderOptions;
  private anchoredAt = 0;

  constructor(options: AnchorRecorderOptions) {
    this.options = options;
  }

  start(): void {
    const { scope } = this.options;
    scope.timeout(() => this.recordIfWorthIt(), firstMs);
    scope.interval(() => this.recordIfWorthIt(), everyMs);
  }

  private recordIfWorthIt(): void {
    const { stdout, stderr } = this.options.consumed();
    if (!this.options.isLive() || stdout + stderr - this.anchoredAt < leastText) return;
    this.anchoredAt = stdout + stderr;
    this.record().catch((error) => this.options.log.debug({ error: String(error) }, 'no anchor'));
  }

  private async record(): Promise<void> {
    const { engine, containerId, tty, history, tails, consumed, isLive, scope } = this.options;
    const before = consumed();
    const reader = new EngineLogReader(engine(), containerId, tty, undefined);
    const last = await reader.last(entryCount + earlierCount, scope.signal);
    await scope.pause(settleMs);
    if (!isLive()) return;
    const after = consumed();
    // A log with fewer has none before its first.
    const start = last.length < entryCount + earlierCount ? 0 : earlierCount;
    const parts = { earlier: last.slice(0, start), entries: last.slice(start) };
    const anchor = findAnchor({ ...parts, tails, before, after });
    if (anchor) history.mark(after, anchor);
  }
}
