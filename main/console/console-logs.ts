import type { ConsoleOutput } from './console-output.ts';
import type { ConsoleHistory } from './contract.ts';
import { type HistoryFound, searchHistory } from './search-history.ts';

/** The last `lines` lines, those that end before an offset, or those from an offset on; never both offsets. */
export interface LogsQuery {
  lines: number;
  before?: number | undefined;
  after?: number | undefined;
}

/** Text of the console, and the offsets of its first byte and after its last. */
export interface Logs {
  data: string;
  from: number;
  to: number;
}

/** What lines have to contain, and the offset that the search goes back from (default: the end). */
export interface LogSearch {
  text: string;
  before?: number | undefined;
}

/** Bytes of text from an offset on that are given at once. */
const forwardBytes = 512 * 1024;

/** S14: as on the socket, up to what was told there by now. */
export async function readLogs(output: ConsoleOutput, { lines, before, after }: LogsQuery): Promise<Logs> {
  output.flush();
  const end = output.told;
  const logs =
    after === undefined
      ? await output.history.lastLines(lines, { before: Math.min(before ?? end, end) })
      : await nextLines(output.history, { lines, from: Math.min(after, end), end });
  return { data: logs.data.toString('utf8'), from: logs.from, to: logs.to };
}

export async function searchLogs(output: ConsoleOutput, { text, before }: LogSearch): Promise<HistoryFound> {
  output.flush();
  const end = output.told;
  return searchHistory(output.history, { text, before: Math.min(before ?? end, end) });
}

async function nextLines(
  history: ConsoleHistory,
  { lines, from, end }: { lines: number; from: number; end: number },
): Promise<{ from: number; to: number; data: Buffer }> {
  const read = await history.read(from, Math.min(forwardBytes, end - from));
  const data = firstLines(read.data, lines);
  return { from: read.from, to: read.from + data.length, data };
}

function firstLines(data: Buffer, lines: number): Buffer {
  let at = 0;
  for (let count = 0; count < lines; count += 1) {
    const newline = data.indexOf(0x0a, at);
    if (newline < 0) return data;
    at = newline + 1;
  }
  return data.subarray(0, at);
}
