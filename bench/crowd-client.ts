import type { FineClock } from './meter.ts';
import { TimedLines } from './timed-lines.ts';

/** Last word of a run in the console. */
export const endMark = 'END-OF-RUN';

/** How the two kinds of frames begin; they differ behind `console`. */
const isConsole = (payload: Buffer): boolean => payload.indexOf('{"event":"console') === 0;
const isGap = (payload: Buffer): boolean => payload.indexOf('{"event":"gap') === 0;
const hasEnd = (payload: Buffer): boolean => payload.indexOf(endMark, Math.max(0, payload.length - 64)) >= 0;

/**
 * One member of the crowd. All members joined before the run get the same frames, so one that only counts is complete if its
 * counts are those of one that reads.
 */
export class CrowdClient {
  frames = 0;
  bytes = 0;
  gaps = 0;
  /** Frames with the end in them: two with twins. */
  ends = 0;
  readonly lines: TimedLines | null;

  constructor(clock: FineClock | null) {
    this.lines = clock && new TimedLines(clock);
  }

  take(payload: Buffer): void {
    if (isGap(payload)) this.gaps += 1;
    if (!isConsole(payload)) return;
    this.frames += 1;
    this.bytes += payload.length;
    if (hasEnd(payload)) this.ends += 1;
    this.lines?.pushFrame(payload);
  }

  reset(): void {
    this.frames = 0;
    this.bytes = 0;
    this.gaps = 0;
    this.ends = 0;
    this.lines?.clear();
  }
}
