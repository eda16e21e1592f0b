import { LightdeckError } from '../../shared/errors.ts';
import { MiB } from '../../shared/units.ts';
import type { LogEntry, StreamName } from './contract.ts';
import { Demux } from './demux.ts';
import { prefixAt } from './log-time.ts';
import { type RunBounds, TtyLog } from './tty-log.ts';

/** Longest entry that is gathered, in bytes: the engine's are 16 KiB and a prefix. */
const maxEntry = MiB;

export interface EngineLogParserOptions {
  tty: boolean;
  /** Only needed with a TTY. */
  runs: RunBounds;
}

export interface EngineLogParser {
  /** The entries that `chunk` completes, in order. Throws LightdeckError `engine_refused` on bytes that are no log. */
  push(chunk: Buffer): LogEntry[];
  /** The rest, when the log has ended in order. */
  end(): LogEntry[];
}

/**
 * Reads the answer to `GET /containers/ID/logs?timestamps=1`, cut into chunks anywhere.
 *
 * Without a TTY it is the engine's frames, one an entry (seen with Engine 20.10 to 28.5): the payload is `TIME SPACE text`, where
 * text ends with its newline, or without one at the end of a run, or is a 16,384-byte piece of a longer line, whose
 * pieces all have the same time. Podman's (seen with 5.8) are pieces of any length, each with a time of its own. With a TTY there
 * are no frames: see `TtyLog`.
 */
export function createLogReader(options: EngineLogParserOptions): EngineLogParser {
  return options.tty ? new TtyLog(options.runs) : new FramedLog();
}

class FramedLog implements EngineLogParser {
  private readonly demux = new Demux();
  private parts: Buffer[] = [];
  private size = 0;

  push(chunk: Buffer): LogEntry[] {
    const entries: LogEntry[] = [];
    this.demux.walk(chunk, (stream, from, to, last) => {
      this.size += to - from;
      if (this.size > maxEntry)
        throw new LightdeckError('engine_refused', "An entry of the engine's log is absurdly long.");
      if (last && this.parts.length === 0) entries.push(entryAt(stream, chunk, from, to));
      else this.parts.push(chunk.subarray(from, to));
      if (!last) return;
      if (this.parts.length > 0) {
        const whole = Buffer.concat(this.parts);
        entries.push(entryAt(stream, whole, 0, whole.length));
        this.parts = [];
      }
      this.size = 0;
    });
    return entries;
  }

  end(): LogEntry[] {
    if (!this.demux.atBorder)
      throw new LightdeckError('engine_unreachable', "The engine's log broke off in the middle of an entry.");
    return [];
  }
}

function entryAt(stream: StreamName, bytes: Buffer, from: number, to: number): LogEntry {
  const prefix = prefixAt(bytes, from);
  if (prefix === null || from + prefix.length > to) {
    throw new LightdeckError(
      'engine_refused',
      "The engine's log has no times in the form that Lightdeck reads.",
    );
  }
  return { stream, time: prefix.time, data: bytes.subarray(from + prefix.length, to) };
}
