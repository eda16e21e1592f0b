import type { LogEntry, StreamName } from '../docker/contract.ts';
import type { Consumed, LogAnchor } from './contract.ts';
import type { TailBuffer } from './tail-buffer.ts';
import { ConsoleDecoder } from './text-decoder.ts';

export interface AnchorSearch {
  /** The newest entries of the log, oldest first. */
  entries: LogEntry[];
  /** What stands before them, as far as it is known. */
  earlier?: readonly LogEntry[];
  tails: ReadonlyMap<StreamName, TailBuffer>;
  /** Consumed before the entries were asked for, and a moment after they came. */
  before: Consumed;
  after: Consumed;
}

/** Longest stretch of log text to look for, per stream, in bytes. */
const maxBlock = 16 * 1024;

/**
 * The place of the first of these log entries in our own count: their text must occur exactly once in the end of what we
 * consumed (or be its very end while nothing new came). Null where that is not certain: an older anchor stays good, a wrong one never is.
 * Entries of an unfinished or split line are refused, since their times are not in order. Pure.
 */
export function findAnchor({ entries, earlier = [], tails, before, after }: AnchorSearch): LogAnchor | null {
  const first = entries[0];
  if (!first || entries.some((entry) => entry.data.at(-1) !== 0x0a)) return null;
  if (entries.some((entry, index) => index > 0 && entry.time <= first.time)) return null;
  // Reading from its time on would bring them once more.
  if (earlier.some((entry) => entry.time >= first.time)) return null;
  const stdout = placeOf('stdout', { entries, tails, before, after });
  const stderr = placeOf('stderr', { entries, tails, before, after });
  return stdout === null || stderr === null ? null : { time: first.time, stdout, stderr };
}

function placeOf(name: StreamName, { entries, tails, before, after }: AnchorSearch): number | null {
  const raw = Buffer.concat(entries.filter((entry) => entry.stream === name).map((entry) => entry.data));
  const unchanged = before[name] === after[name];
  if (raw.length === 0) return unchanged ? after[name] : null;
  const tail = tails.get(name)?.bytes();
  const block = new ConsoleDecoder().push(raw);
  if (!tail || block.length > maxBlock) return null;
  const at = tail.lastIndexOf(block);
  if (at < 0) return null;
  const isEnd = unchanged && tail.lastIndexOf(0x0a) + 1 === at + block.length;
  const isUnique = at === 0 || tail.lastIndexOf(block, at - 1) < 0;
  return isEnd || isUnique ? after[name] - (tail.length - at) : null;
}
