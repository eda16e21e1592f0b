import { LightdeckError } from '../../shared/errors.ts';
import type { LogEntry } from './contract.ts';
import { maxPrefixLength, prefixAt } from './log-time.ts';

/** The engine cuts a longer line into pieces of exactly this many bytes. */
const pieceLength = 16_384;
const newline = 0x0a;
/** Of `2026-11-23` in a time. */
const dayLength = 10;
/** How the engine tells a broken log in a stream that has no frames to tell it by. */
const complaint = Buffer.from('Error grabbing logs: ');

/** What is known of the container's runs; times of nine digits. */
export interface RunBounds {
  /**
   * Entries from this time on can't be followed by another run of the container, so nothing inside them is taken for
   * the beginning of one; '' if the container ran only once, null if that isn't known.
   */
  lastRunFrom: string | null;
  /** No run wrote anything later than this; null if that isn't known. */
  notAfter: string | null;
}

/**
 * Takes a log apart that has no frames (containers with a TTY). The bytes, seen with Engine 20.10:
 *
 * - an entry is `TIME SPACE text`, and the next one follows at once: normally after the text's newline (the terminal makes it `\r\n`);
 * - a line over 16,384 bytes is pieces of 16,384 bytes, each with its prefix and the *same* time, no newline between;
 *   if its length is a multiple of that, the last piece is the line's end alone;
 * - text without a newline at the end of a run is followed directly by the next run's first prefix.
 *
 * So a prefix is believed at the beginning of a line and after exactly 16,384 bytes, where the engine always puts one. The last
 * case can't be told from a program that prints such a time itself: there a prefix is believed only in text of an earlier
 * run, and only if its time lies between that text's and the end of the last run. In doubt it stays text: a time too many in the console harms
 * less than text lost. Holds at most a piece and a prefix.
 */
export class TtyLog {
  private readonly bounds: RunBounds;
  private held: Buffer = Buffer.alloc(0);
  /** Time of the piece at the front of `held`; '' before the first. */
  private time = '';

  constructor(bounds: RunBounds) {
    this.bounds = bounds;
  }

  /** The entries that `chunk` completes. Throws LightdeckError `engine_refused` if this is no such log. */
  push(chunk: Buffer): LogEntry[] {
    this.held = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    return this.take(false);
  }

  /** The rest, when the log has ended. */
  end(): LogEntry[] {
    return this.take(true);
  }

  private take(ended: boolean): LogEntry[] {
    const entries: LogEntry[] = [];
    const bytes = this.held;
    let at = 0;
    // `at` is where a piece begins, in front of its prefix if it has one.
    while (at < bytes.length) {
      const piece = this.piece(bytes, at, ended);
      if (piece === null) break;
      if (piece.to > piece.from)
        entries.push({ stream: 'stdout', time: piece.time, data: bytes.subarray(piece.from, piece.to) });
      this.time = piece.time;
      at = piece.to;
    }
    // A copy, so that a few held bytes don't keep a whole chunk alive.
    this.held = Buffer.from(bytes.subarray(at));
    return entries;
  }

  /** The piece that begins at `at`; null if its end isn't known yet. */
  private piece(
    bytes: Buffer,
    at: number,
    ended: boolean,
  ): { time: string; from: number; to: number } | null {
    const prefix = prefixAt(bytes, at);
    if (prefix === null) {
      const whole = ended || bytes.length - at >= maxPrefixLength;
      if (!whole) return null;
      this.checkUnprefixed(bytes, at);
    }
    const time = prefix?.time ?? this.time;
    const from = at + (prefix?.length ?? 0);
    const lineEnd = bytes.subarray(from, from + pieceLength).indexOf(newline);
    const limit = lineEnd >= 0 ? from + lineEnd + 1 : from + pieceLength;
    // Without the bytes after a full piece it can't be seen whether an embedded prefix crosses its end.
    if (lineEnd < 0 && !ended && bytes.length < limit + maxPrefixLength) return null;
    const to = this.nextRun(bytes, { time, from, to: Math.min(limit, bytes.length) });
    return { time, from, to };
  }

  private checkUnprefixed(bytes: Buffer, at: number): void {
    if (bytes.subarray(at, at + complaint.length).equals(complaint)) {
      const reason = bytes
        .subarray(at + complaint.length, at + 1024)
        .toString('utf8')
        .trim();
      throw new LightdeckError('engine_refused', `The engine could not read the container's log: ${reason}.`);
    }
    if (this.time === '') {
      throw new LightdeckError(
        'engine_refused',
        "The engine's log has no times in the form that Lightdeck reads.",
      );
    }
  }

  /** Where the next run's first prefix stands inside a piece of an earlier run; the piece's end if nowhere. */
  private nextRun(bytes: Buffer, piece: { time: string; from: number; to: number }): number {
    const { lastRunFrom } = this.bounds;
    if (lastRunFrom !== null && piece.time >= lastRunFrom) return piece.to;
    // Behind the year, month and day.
    let at = bytes.indexOf('T', piece.from + dayLength + 1, 'latin1');
    while (at >= 0 && at - dayLength < piece.to) {
      const start = at - dayLength;
      const prefix = prefixAt(bytes, start);
      if (prefix !== null && this.isLater(prefix.time, piece.time)) return start;
      at = bytes.indexOf('T', at + 1, 'latin1');
    }
    return piece.to;
  }

  private isLater(time: string, than: string): boolean {
    const { notAfter } = this.bounds;
    return time > than && (notAfter === null || time <= notAfter);
  }
}
