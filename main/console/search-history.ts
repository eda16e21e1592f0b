import { setImmediate } from 'node:timers/promises';
import type { ConsoleHistory } from './contract.ts';

/** Bytes that are looked at in one go: few enough that nothing else of the host has to wait for it. */
const blockBytes = 128 * 1024;
/** Bytes that one call goes through at most, so that whoever asks can show progress, and stop. */
export const searchedAtOnce = 4 * 1024 * 1024;
/** Lines that one call finds at most. */
export const foundAtOnce = 1000;

// What a terminal doesn't show: CSI sequences, titles and other strings, and the short escapes.
const escapes = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]P^_X][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])/g;

const visible = (text: string): string => text.replace(escapes, '').toLowerCase();

export interface HistorySearch {
  /** What a line has to contain, as it is seen: without colours, and whatever the case of its letters. */
  text: string;
  /** Offset that the search goes back from. */
  before: number;
}

export interface HistoryFound {
  /** Offsets of the first bytes of the lines that match, the newest first. */
  matches: number[];
  /** The stretch that was searched; the next call goes on with `before` = `from`, until it is `oldest`. */
  from: number;
  to: number;
  /** The oldest offset that there is. */
  oldest: number;
}

/** Looks for lines with a text, from `before` backwards. Ends early when it has gone through enough for one call. */
export async function searchHistory(history: ConsoleHistory, search: HistorySearch): Promise<HistoryFound> {
  const to = Math.max(0, Math.min(search.before, history.end));
  const wanted = search.text.toLowerCase();
  const matches: number[] = [];
  let from = to;
  while (to - from < searchedAtOnce && matches.length < foundAtOnce && from > history.from) {
    const block = await history.lastLines(Number.POSITIVE_INFINITY, { before: from, maxBytes: blockBytes });
    if (block.data.length === 0) {
      from = Math.min(from, history.from);
      break;
    }
    const start = wholeLines(block, history.from);
    const data = block.data.subarray(start - block.from);
    if (visible(data.toString('utf8')).includes(wanted)) {
      const lines = matchingLines(data, wanted);
      for (const at of lines.reverse()) matches.push(start + at);
    }
    from = start;
    // What is in memory comes at once, and would leave nobody else a turn.
    await setImmediate();
  }
  return { matches, from, to, oldest: Math.min(history.from, from) };
}

/** Where the first whole line of a block begins: the one that is cut is for the next block, if it isn't all there is. */
function wholeLines(block: { from: number; data: Buffer }, oldest: number): number {
  if (block.from <= oldest || block.data.length < blockBytes - 4) return block.from;
  const newline = block.data.indexOf(0x0a);
  return newline < 0 || newline >= block.data.length - 1 ? block.from : block.from + newline + 1;
}

/** Where the lines begin that contain `wanted`, in bytes from the beginning of `data`. */
function matchingLines(data: Buffer, wanted: string): number[] {
  const found: number[] = [];
  for (let at = 0; at < data.length; ) {
    const newline = data.indexOf(0x0a, at);
    const end = newline < 0 ? data.length : newline;
    if (visible(data.toString('utf8', at, end)).includes(wanted)) found.push(at);
    at = end + 1;
  }
  return found;
}
