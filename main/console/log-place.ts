import type { Engine, StreamName } from '../docker/contract.ts';
import { EngineLogReader } from './engine-log-reader.ts';
import { ConsoleDecoder } from './text-decoder.ts';

/** The end of a history that is looked for, in bytes at most. */
export const placeTail = 64 * 1024;
/** Text of the log in which is searched at once, in bytes. */
const searchBytes = 1024 * 1024;
/** Two streams may stand in another order in the log than they came: then so much of the end, in bytes, is evidence. */
const shorter = [4096, 1024, 256];
/** As much of a log's beginning must be what the history ends with, in bytes, unless it is all of one of them. */
const leastOverlap = 64;
/** So much of a history's end tells it from other places, in bytes. */
const distinctBytes = 2048;

/** How much of each stream of a log comes before a place. */
export type LogPlace = Record<StreamName, number>;

interface Piece {
  stream: StreamName;
  length: number;
}

/**
 * Looks for the end of a history in a log that goes by, both streams in the log's order. Where it is there more than once the last place
 * counts: nothing is ever repeated. Memory is bounded by what is searched at once.
 */
export class PlaceFinder {
  private readonly tail: Buffer;
  private readonly isWhole: boolean;
  private readonly needles: Buffer[];
  private readonly hits: (LogPlace | null)[];
  private held: Buffer = Buffer.alloc(0);
  private pieces: Piece[] = [];
  private incoming: Buffer[] = [];
  private incomingBytes = 0;
  /** Before the first byte held. */
  private before: LogPlace = { stdout: 0, stderr: 0 };
  private atStart: LogPlace | null = null;
  private total = 0;

  /** `isWhole`: the tail is all that the history ever had. `isMixed`: the log has two streams. */
  constructor(tail: Buffer, { isWhole, isMixed }: { isWhole: boolean; isMixed: boolean }) {
    this.tail = tail;
    this.isWhole = isWhole;
    const ends = isMixed ? shorter.filter((length) => length < tail.length) : [];
    this.needles = [tail, ...ends.map((length) => tail.subarray(tail.length - length))];
    this.hits = this.needles.map(() => null);
  }

  push(stream: StreamName, text: Buffer): void {
    if (text.length === 0) return;
    this.incoming.push(text);
    this.incomingBytes += text.length;
    this.pieces.push({ stream, length: text.length });
    if (this.incomingBytes >= searchBytes) this.search();
  }

  /** Null if the end is nowhere in the log. `isEnd`: nothing comes after it there. */
  result(): { place: LogPlace; isEnd: boolean } | null {
    this.search();
    const place = this.best();
    return place && { place, isEnd: place.stdout + place.stderr === this.total };
  }

  private best(): LogPlace | null {
    const { atStart } = this;
    const overlap = atStart ? atStart.stdout + atStart.stderr : 0;
    if (atStart && this.isWhole && overlap === this.tail.length) return atStart;
    const [exact = null, ...others] = this.hits;
    if (exact) return exact;
    if (atStart && (overlap >= leastOverlap || overlap === this.total)) return atStart;
    return others.find((hit) => hit !== null) ?? null;
  }

  private search(): void {
    const isFirst = this.total === 0;
    this.total += this.incomingBytes;
    this.held = Buffer.concat([this.held, ...this.incoming]);
    this.incoming = [];
    this.incomingBytes = 0;
    if (isFirst) {
      const length = overlapOf(this.tail, this.held);
      this.atStart = length === 0 ? null : this.placeAt(length);
    }
    for (const [index, needle] of this.needles.entries()) {
      const at = needle.length === 0 ? -1 : this.held.lastIndexOf(needle);
      if (at >= 0) this.hits[index] = this.placeAt(at + needle.length);
    }
    this.forget(Math.max(0, this.held.length - this.tail.length));
  }

  private placeAt(length: number): LogPlace {
    const place = { ...this.before };
    let left = length;
    for (const piece of this.pieces) {
      const part = Math.min(left, piece.length);
      place[piece.stream] += part;
      left -= part;
      if (left === 0) break;
    }
    return place;
  }

  private forget(length: number): void {
    this.before = this.placeAt(length);
    let left = length;
    const from = this.pieces.findIndex((piece) => {
      if (piece.length > left) return true;
      left -= piece.length;
      return false;
    });
    const [first, ...rest] = from < 0 ? [] : this.pieces.slice(from);
    this.pieces = first ? [{ ...first, length: first.length - left }, ...rest] : [];
    // A copy, so that what is forgotten is not kept alive.
    this.held = Buffer.from(this.held.subarray(length));
  }
}

/** How many bytes of the beginning of `log` are what `tail` ends with, at most. */
function overlapOf(tail: Buffer, log: Buffer): number {
  // No longer than either of them: a short history is in a long log, too.
  const first = log.subarray(0, Math.min(16, log.length, tail.length));
  if (first.length === 0) return 0;
  for (let at = tail.indexOf(first); at >= 0; at = tail.indexOf(first, at + 1)) {
    const length = Math.min(tail.length - at, log.length);
    // All of the log may be less than what follows here.
    if (length === tail.length - at && log.subarray(0, length).equals(tail.subarray(at))) return length;
  }
  return 0;
}

/** The end of this text, if it can't be mistaken for another place in it: long enough, and nowhere else. Null otherwise. */
export function distinctEnd(tail: Buffer): Buffer | null {
  const end = tail.subarray(-distinctBytes);
  const isDistinct = tail.length >= 2 * distinctBytes && tail.indexOf(end) === tail.length - distinctBytes;
  return isDistinct ? end : null;
}

export interface FindPlaceOptions {
  engine: Engine;
  containerId: string;
  tty: boolean;
  /** The end of the history, `placeTail` bytes or all of it. */
  tail: Buffer;
  isWhole: boolean;
  /** The log may have two streams, in another order than the history: a part of the tail is enough. */
  isMixed: boolean;
  signal: AbortSignal;
}

/**
 * Where a history without counts ends in the log of a container: its text is the evidence that is left. An unfinished line at its end
 * may not be in the log yet. Null if the log has nothing of it: the history is of other containers. Rejects if the log can't be read.
 */
export async function findPlace(options: FindPlaceOptions): Promise<LogPlace | null> {
  const { engine, containerId, tty, tail, isWhole, isMixed, signal } = options;
  const lines = tail.subarray(0, tail.lastIndexOf(0x0a) + 1);
  const finders = [tail, lines].map((end) => new PlaceFinder(end, { isWhole, isMixed }));
  const decoders = { stdout: new ConsoleDecoder(), stderr: new ConsoleDecoder() };
  const reader = new EngineLogReader(engine, containerId, tty, undefined);
  for await (const entries of reader.untilEnd(signal)) {
    for (const { stream, data } of entries) {
      const text = decoders[stream].push(data);
      for (const finder of finders) finder.push(stream, text);
    }
  }
  const [whole = null, cut = null] = finders.map((finder) => finder.result());
  if (whole) return whole.place;
  if (!cut) return null;
  const unfinished = cut.isEnd ? tail.length - lines.length : 0;
  return { ...cut.place, stdout: cut.place.stdout + unfinished };
}
