import type { LogEntry, StreamName } from '../docker/contract.ts';
import type { LogAnchor } from './contract.ts';
import { decodeRun } from './decode-run.ts';
import { PassedAnchor } from './passed-anchor.ts';
import type { StreamSync } from './stream-sync.ts';
import { ConsoleDecoder } from './text-decoder.ts';

/**
 * The entries of an engine's log on their way to their streams, in the log's order. Where the streams' places in it are certain it tells
 * `onAnchor` ever newer ones: a host that ends before it is live must not have to read all of the log again, nor the one after it.
 */
export class LogIntake {
  private readonly syncs: ReadonlyMap<StreamName, StreamSync>;
  private readonly onAnchor: (anchor: LogAnchor) => void;
  private readonly decoders = new Map<StreamName, ConsoleDecoder>();
  private readonly passed = new PassedAnchor();

  constructor(syncs: ReadonlyMap<StreamName, StreamSync>, onAnchor: (anchor: LogAnchor) => void) {
    this.syncs = syncs;
    this.onAnchor = onAnchor;
  }

  take(entries: readonly LogEntry[]): void {
    this.passed.begin(entries, this.place());
    for (let from = 0; from < entries.length; ) {
      const stream = entries[from]?.stream ?? 'stdout';
      // The order between the streams is the log's.
      let to = from + 1;
      while (entries[to]?.stream === stream) to += 1;
      this.syncs.get(stream)?.fromLogRun(decodeRun(this.decoder(stream), entries, from, to));
      from = to;
    }
    const anchor = this.passed.end(entries);
    if (anchor && this.place() !== null) this.onAnchor(anchor);
  }

  /** The decoder of a stream's log text. */
  decoder(stream: StreamName): ConsoleDecoder {
    let decoder = this.decoders.get(stream);
    if (!decoder) {
      decoder = new ConsoleDecoder();
      this.decoders.set(stream, decoder);
    }
    return decoder;
  }

  /** How much of each stream the log has brought; null where that is not certain. */
  private place(): Record<StreamName, number> | null {
    const place = { stdout: 0, stderr: 0 };
    for (const [name, sync] of this.syncs) {
      const { logEnd } = sync;
      if (logEnd === null || (this.decoders.get(name)?.held ?? 0) > 0) return null;
      place[name] = logEnd;
    }
    return place;
  }
}
