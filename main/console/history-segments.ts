import { join } from 'node:path';

/** One file of text: the bytes `start` to `start + size` of the history. */
export interface Segment {
  readonly start: number;
  size: number;
}

const digits = 16;
const namePattern = /^\d{16}\.log$/;

/** The first offset that a segment's name tells, or null for any other file. */
export function segmentStart(name: string): number | null {
  const start = namePattern.test(name) ? Number.parseInt(name, 10) : Number.NaN;
  return Number.isSafeInteger(start) ? start : null;
}

/** The segments on disk in order of their offsets. They never overlap; where text was lost there are holes between them. */
export class HistorySegments {
  private readonly dir: string;
  private segments: Segment[] = [];
  /** Bytes of all segments. */
  total = 0;

  constructor(dir: string) {
    this.dir = dir;
  }

  get first(): Segment | undefined {
    return this.segments[0];
  }

  get last(): Segment | undefined {
    return this.segments.at(-1);
  }

  get count(): number {
    return this.segments.length;
  }

  path(segment: { start: number }): string {
    return join(this.dir, `${String(segment.start).padStart(digits, '0')}.log`);
  }

  /** Adds one behind all others. */
  add(segment: Segment): void {
    this.segments.push(segment);
    this.total += segment.size;
  }

  /** Forgets one; false if it was forgotten before. */
  remove(segment: Segment): boolean {
    const index = this.segments.indexOf(segment);
    if (index < 0) return false;
    this.segments.splice(index, 1);
    this.total -= segment.size;
    return true;
  }

  /** Notes a segment's new size; one without any text is forgotten. */
  resize(segment: Segment, size: number): void {
    if (!this.segments.includes(segment)) return;
    this.total += size - segment.size;
    segment.size = size;
    if (size === 0) this.remove(segment);
  }

  /** The first segment with text at or after `offset`. */
  atOrAfter(offset: number): Segment | undefined {
    return this.segments.find((segment) => segment.start + segment.size > offset);
  }

  /** The last segment with text before `offset`. */
  before(offset: number): Segment | undefined {
    return this.segments.findLast((segment) => segment.start < offset && segment.size > 0);
  }
}
