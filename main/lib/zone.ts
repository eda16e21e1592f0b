/** A moment as clocks of a zone show it: the same digits as UTC, in ms. Not a moment in itself. */
export type WallTime = number;

const second = 1000;
/** More than a zone can be away from UTC, and a change of its clocks from the next, in ms. */
const farMs = 48 * 3_600_000;

/**
 * A time zone's clocks, from Intl alone. Throws RangeError for a name that isn't known. Asking costs some microseconds, and almost nothing
 * close to what was asked before.
 */
export class Zone {
  readonly name: string;
  private readonly format: Intl.DateTimeFormat;
  /** A time, both ends included, in which the clocks weren't changed: the last one that was looked at. */
  private steady = { from: 0, to: -1, offset: 0 };

  constructor(name: string) {
    this.name = name;
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** What its clocks show at that moment (Unix ms). */
  wallAt(instant: number): WallTime {
    return instant + this.offsetAt(instant);
  }

  /** How far its clocks are ahead of UTC then, in ms. */
  offsetAt(instant: number): number {
    const { from, to, offset } = this.steady;
    return instant >= from && instant <= to ? offset : this.askOffset(instant);
  }

  private askOffset(instant: number): number {
    const whole = Math.floor(instant / second) * second;
    const parts: Record<string, number> = {};
    for (const { type, value } of this.format.formatToParts(whole)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second: seconds = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, seconds) - whole;
  }

  /** By how much its clocks are changed around that moment, in ms; 0 where they aren't. */
  changeAround(instant: number): number {
    const { before, after } = this.offsetsAround(instant);
    return Math.abs(after - before);
  }

  /**
   * The moments at which its clocks show that, earliest first: one as a rule, two where they are set back. One that never is, since
   * they are set forward over it, is the moment of that change (`isSkipped`).
   */
  momentsOf(wall: WallTime): { moments: number[]; isSkipped: boolean } {
    const { before, after } = this.offsetsAround(wall);
    const offsets = before === after ? [before] : [before, after];
    const moments = offsets
      .map((offset) => wall - offset)
      .filter((moment) => before === after || this.wallAt(moment) === wall)
      .sort((a, b) => a - b);
    if (moments.length > 0) return { moments, isSkipped: false };
    return { moments: [this.changeBetween(wall - after, wall - before, before)], isSkipped: true };
  }

  private offsetsAround(instant: number): { before: number; after: number } {
    const [from, to] = [instant - farMs, instant + farMs];
    const before = this.offsetAt(from);
    const after = this.offsetAt(to);
    const { steady } = this;
    if (before !== after) return { before, after };
    const isMore = steady.offset === before && from <= steady.to && to >= steady.from;
    this.steady = isMore
      ? { ...steady, from: Math.min(from, steady.from), to: Math.max(to, steady.to) }
      : { from, to, offset: before };
    return { before, after };
  }

  /** The first moment after `from` (Unix ms) whose offset isn't `offset`; it is at `to` at the latest. To the second. */
  private changeBetween(from: number, to: number, offset: number): number {
    let low = Math.floor(from / second);
    let high = Math.ceil(to / second);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.offsetAt(middle * second) === offset) low = middle;
      else high = middle;
    }
    return high * second;
  }
}
