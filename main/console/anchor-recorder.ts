import type { Engine, StreamName } from '../docker/contract.ts';
import type { Log } from '../lib/log.ts';
import type { Scope } from '../lib/scope.ts';
import type { Consumed, LogAnchor } from './contract.ts';
import { EngineLogReader } from './engine-log-reader.ts';
import { findAnchor } from './find-anchor.ts';
import type { TailBuffer } from './tail-buffer.ts';

const everyMs = 10_000;
/** The first one comes sooner: a host may not live for long, and a new server has none. */
const firstMs = 1000;
/** So much new text is worth an anchor, in bytes. */
const leastText = 4096;
/** With so much of it, in bytes, the next one comes sooner, too: the log of a flood is soon rotated past an old one. */
const floodText = 1024 * 1024;
const floodMs = 1000;
/** Log entries that an anchor is looked for in, and others before them that must be older. */
const entryCount = 20;
const earlierCount = 10;
/** What the log has came through the attachment too, but perhaps a moment later, in ms. */
const settleMs = 100;

export interface AnchorRecorderOptions {
  engine: () => Engine;
  containerId: string;
  tty: boolean;
  note: (consumed: Consumed, anchor: LogAnchor) => void;
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
    this.lookIn(firstMs);
  }

  private lookIn(ms: number): void {
    this.options.scope.timeout(() => {
      const { stdout, stderr } = this.options.consumed();
      const grown = stdout + stderr - this.anchoredAt;
      if (this.options.isLive() && grown >= leastText) {
        this.anchoredAt = stdout + stderr;
        this.record().catch((error) => this.options.log.debug({ error: String(error) }, 'no anchor'));
      }
      this.lookIn(grown >= floodText ? floodMs : everyMs);
    }, ms);
  }

  private async record(): Promise<void> {
    const { engine, containerId, tty, note, tails, consumed, isLive, scope } = this.options;
    const before = consumed();
    const reader = new EngineLogReader(engine(), containerId, tty, undefined);
    const last = await reader.last(entryCount + earlierCount, scope.signal);
    // A log with fewer has none before its first.
    const start = last.length < entryCount + earlierCount ? 0 : earlierCount;
    const parts = { earlier: last.slice(0, start), entries: last.slice(start) };
    // At once, too: in a flood the text is soon gone from the tails.
    for (const waitMs of [0, settleMs]) {
      await scope.pause(waitMs);
      if (!isLive()) return;
      const after = consumed();
      const anchor = findAnchor({ ...parts, tails, before, after });
      if (anchor === null) continue;
      note(after, anchor);
      return;
    }
  }
}
