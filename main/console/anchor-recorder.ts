import type { Engine, StreamName } from '../docker/contract.ts';
import type { Log } from '../lib/log.ts';
import type { Scope } from '../lib/scope.ts';
import type { ConsoleHistory, Consumed } from './contract.ts';
import { EngineLogReader } from './engine-log-reader.ts';
import { findAnchor } from './find-anchor.ts';
import type { TailBuffer } from './tail-buffer.ts';

const everyMs = 10_000;
/** So much new text is worth an anchor, in bytes. */
const leastText = 4096;
/** Log entries that an anchor is looked for in. */
const entryCount = 20;
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
    this.options.scope.interval(() => {
      const { stdout, stderr } = this.options.consumed();
      if (!this.options.isLive() || stdout + stderr - this.anchoredAt < leastText) return;
      this.anchoredAt = stdout + stderr;
      this.record().catch((error) => this.options.log.debug({ error: String(error) }, 'no anchor'));
    }, everyMs);
  }

  private async record(): Promise<void> {
    const { engine, containerId, tty, history, tails, consumed, isLive, scope } = this.options;
    const before = consumed();
    const reader = new EngineLogReader(engine(), containerId, tty, undefined);
    const entries = await reader.last(entryCount, scope.signal);
    await scope.pause(settleMs);
    if (!isLive()) return;
    const after = consumed();
    const anchor = findAnchor({ entries, tails, before, after });
    if (anchor) history.mark(after, anchor);
  }
}
