import { hasCode } from '../lib/system-error.ts';
import { leadingRest, wholeLength } from './history-characters.ts';
import { type HistoryFile, type HistoryFs, readFully } from './history-fs.ts';
import type { HistoryMemory } from './history-memory.ts';
import type { HistorySegments, Segment } from './history-segments.ts';

const empty = Buffer.alloc(0);
const newline = 0x0a;
/** Lines are looked for from the end in blocks of this size, in bytes. */
const blockSize = 64 * 1024;
/** The longest character; a read of fewer bytes could never get past one. */
const longestCharacter = 4;

interface Stretch {
  from: number;
  data: Buffer;
}

export interface HistoryReaderOptions {
  fs: HistoryFs;
  segments: HistorySegments;
  memory: HistoryMemory;
}

/**
 * Reads the history from wherever it is. Files are opened for one read and closed; one that was deleted or shortened meanwhile (by
 * the trim, or by somebody) is forgotten as far as it is gone, and the read goes on with the text after it.
 */
export class HistoryReader {
  private readonly options: HistoryReaderOptions;

  constructor(options: HistoryReaderOptions) {
    this.options = options;
  }

  /** See `History.read`. A `max` of 1–3 counts as 4, or there would be no way past a long character. */
  async read(from: number, max: number): Promise<Stretch> {
    const { end } = this.options.memory;
    let at = Math.max(0, Math.min(Math.floor(from), end));
    if (max <= 0) return { from: at, data: empty };
    for (;;) {
      const { from: start, data } = await this.contiguous(at, Math.max(longestCharacter, Math.floor(max)));
      if (data.length === 0) return { from: start, data };
      const skip = leadingRest(data);
      const whole = wholeLength(data);
      if (skip < whole) return { from: start + skip, data: data.subarray(skip, whole) };
      // Only pieces of characters: the rest of one, or the beginning of one whose rest was lost.
      at = start + (skip > 0 ? skip : data.length);
    }
  }

  /** See `History.lastLines`. Ends at a hole: what is returned is one stretch. */
  async lastLines(
    lines: number,
    before: number,
    maxBytes: number,
  ): Promise<{ from: number; to: number; data: Buffer }> {
    const bound = Math.max(0, Math.min(before, this.options.memory.end));
    const last = await this.blockBefore(bound, Math.min(blockSize, Math.max(longestCharacter, maxBytes)));
    if (!last || !(lines > 0) || maxBytes <= 0) return { from: bound, to: bound, data: empty };
    let data = last.data.subarray(0, wholeLength(last.data));
    // Nothing but the beginning of a character that `before` cut in two: the text ends before it.
    if (data.length === 0) return this.lastLines(lines, last.from, maxBytes);
    const to = last.from + data.length;
    const parts: Buffer[] = [];
    let { from } = last;
    let missing = lines;
    // The newline at the very end ends the last line; it doesn't begin another.
    let searchEnd = data.length - 1;
    for (;;) {
      const start = startOfLines(data, searchEnd, missing);
      missing = start.missing;
      parts.unshift(data.subarray(start.at));
      if (missing === 0) {
        from += start.at;
        break;
      }
      const room = maxBytes - (to - from);
      const block = room > 0 ? await this.blockBefore(from, Math.min(blockSize, room)) : null;
      if (!block || block.from + block.data.length !== from) break;
      data = block.data;
      from = block.from;
      searchEnd = data.length;
    }
    const all = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    const over = Math.max(0, all.length - maxBytes);
    const skip = over + leadingRest(all.subarray(over));
    return { from: from + skip, to, data: all.subarray(skip) };
  }

  /** Text from the first offset at or after `at` that there is, up to `max` bytes or the next hole. */
  private async contiguous(at: number, max: number): Promise<Stretch> {
    const first = await this.stretch(at, max);
    const parts = [first.data];
    let got = first.data.length;
    while (got > 0 && got < max) {
      const next = await this.stretch(first.from + got, max - got);
      if (next.data.length === 0 || next.from !== first.from + got) break;
      parts.push(next.data);
      got += next.data.length;
    }
    return { from: first.from, data: parts.length === 1 ? first.data : Buffer.concat(parts) };
  }

  private async stretch(offset: number, max: number): Promise<Stretch> {
    const { memory, segments } = this.options;
    let at = offset;
    for (;;) {
      if (at >= memory.start) {
        return { from: at, data: memory.slice(at, Math.min(memory.end, at + max)) };
      }
      const segment = segments.atOrAfter(at);
      if (!segment || segment.start >= memory.start) {
        at = memory.start;
        continue;
      }
      at = Math.max(at, segment.start);
      const data = await this.readSegment(segment, at, Math.min(segment.start + segment.size, at + max));
      if (data.length > 0) return { from: at, data };
    }
  }

  /** The last text before `offset`, at most `max` bytes; its end is earlier than `offset` where there is a hole. */
  private async blockBefore(offset: number, max: number): Promise<Stretch | null> {
    const { memory, segments } = this.options;
    for (;;) {
      if (offset > memory.start) {
        const from = Math.max(memory.start, offset - max);
        return { from, data: memory.slice(from, offset) };
      }
      const segment = segments.before(offset);
      if (!segment) return null;
      const to = Math.min(segment.start + segment.size, offset);
      const from = Math.max(segment.start, to - max);
      const data = await this.readSegment(segment, from, to);
      if (data.length === to - from) return { from, data };
    }
  }

  private async readSegment(segment: Segment, from: number, to: number): Promise<Buffer> {
    const { fs, segments } = this.options;
    let file: HistoryFile;
    try {
      file = await fs.open(segments.path(segment), 'r');
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      segments.remove(segment);
      return empty;
    }
    try {
      const buffer = Buffer.allocUnsafe(to - from);
      const got = await readFully(file, buffer, from - segment.start);
      if (got < buffer.length) segments.resize(segment, from + got - segment.start);
      return buffer.subarray(0, got);
    } finally {
      await file.close();
    }
  }
}

/** Steps back over `missing` newlines before `end`; where the text after the last one begins, or 0 and how many are still missing. */
function startOfLines(text: Buffer, end: number, missing: number): { at: number; missing: number } {
  let at = end;
  for (let left = missing; at > 0; left -= 1) {
    at = text.lastIndexOf(newline, at - 1);
    if (at < 0) return { at: 0, missing: left };
    if (left <= 1) return { at: at + 1, missing: 0 };
    if (at === 0) return { at: 0, missing: left - 1 };
  }
  return { at: 0, missing };
}
