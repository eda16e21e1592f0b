import { z } from 'zod';
import type { FineClock } from './meter.ts';

const consoleFrame = z.object({ event: z.literal('console'), data: z.string() });

interface Arrival {
  /** All in ms of the same clock. */
  printed: number;
  arrived: number;
}

/**
 * Takes a container's output in whatever pieces and notes when each line `SECONDS NUMBER …` came, the seconds
 * with a fraction. Other lines are passed over.
 */
export class TimedLines {
  readonly lines = new Map<number, Arrival>();
  /** Lines whose number did not follow the one before. */
  jumps = 0;
  private readonly clock: FineClock;
  private rest = '';
  private last: number | null = null;

  constructor(clock: FineClock) {
    this.clock = clock;
  }

  /** Forgets all; the next line may have any number. */
  clear(): void {
    this.lines.clear();
    this.jumps = 0;
    this.last = null;
  }

  push(text: string): void {
    const arrived = this.clock.now();
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const [seconds, number] = line.split(' ', 2).map(Number);
      if (seconds === undefined || number === undefined || Number.isNaN(seconds) || Number.isNaN(number))
        continue;
      if (this.last !== null && number !== this.last + 1) this.jumps += 1;
      this.last = number;
      this.lines.set(number, { printed: seconds * 1000, arrived });
    }
  }

  /** A frame of the socket; only console text is looked at. */
  pushFrame(payload: Buffer): void {
    if (payload.indexOf('{"event":"console",') !== 0) return;
    const frame: unknown = JSON.parse(payload.toString('utf8'));
    this.push(consoleFrame.parse(frame).data);
  }
}

export interface Latencies {
  own: number[];
  raw: number[];
  /** `own` minus `raw`, line by line. */
  added: number[];
}

/** Latencies in ms of the lines that both readers saw. */
export function arrivals(own: TimedLines, raw: TimedLines): Latencies {
  const result: Latencies = { own: [], raw: [], added: [] };
  for (const [number, { printed, arrived }] of own.lines) {
    const other = raw.lines.get(number);
    if (!other) continue;
    result.own.push(arrived - printed);
    result.raw.push(other.arrived - printed);
    result.added.push(arrived - other.arrived);
  }
  return result;
}
