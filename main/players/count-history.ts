import type { PlayerCount } from '../../shared/model/players.ts';
import { Scope } from '../lib/scope.ts';
import type { RetriedWrites } from '../store/retried-writes.ts';
import type { CountRow, PlayerTable } from './player-table.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** As usage is kept (A15): minutes and hours, in ms. */
const tiers = {
  minutes: { stepMs: minuteMs, keptMs: 30 * dayMs },
  hours: { stepMs: hourMs, keptMs: 397 * dayMs },
} as const;

export interface CountHistoryOptions {
  table: PlayerTable;
  writes: RetriedWrites;
  counts: () => { server: string; count: PlayerCount | null }[];
  /** Unix ms. */
  now: () => number;
}

/** How many played when: once a minute it is put down how many do. A time in which nobody knows has none. */
export class CountHistory {
  private readonly options: CountHistoryOptions;
  private readonly scope = new Scope();
  private prunedAt = 0;

  constructor(options: CountHistoryOptions) {
    this.options = options;
    this.scope.interval(() => this.turn(), minuteMs);
  }

  /** Oldest first; `from`, `to` and `step` in ms. Times that are kept by the hour have steps of an hour at least. */
  points(server: string, { from, to, step }: { from: number; to: number; step: number }): CountRow[] {
    const isOld = from < this.options.now() - tiers.minutes.keptMs;
    const tier = isOld || step % hourMs === 0 ? 'hours' : 'minutes';
    const { stepMs } = tiers[tier];
    const rounded = Math.max(stepMs, Math.ceil(step / stepMs) * stepMs);
    return this.options.table.counts(server, tier, {
      from: Math.ceil(from / rounded) * rounded,
      to,
      step: rounded,
    });
  }

  close(): void {
    this.scope.close();
  }

  private turn(): void {
    const { counts, table, writes, now } = this.options;
    const known = counts().flatMap(({ server, count }) => (count ? [{ server, online: count.online }] : []));
    const at = now();
    for (const { server, online } of known) {
      // One that can't be written is lost: the next minute has one of its own.
      writes.write(`count ${server}`, {
        work: () => {
          for (const [tier, { stepMs }] of Object.entries(tiers))
            table.addCount(server, tier, Math.floor(at / stepMs) * stepMs, online);
        },
        onFailed: () => {},
        onDone: () => {},
      });
    }
    if (Math.abs(at - this.prunedAt) < hourMs) return;
    this.prunedAt = at;
    for (const { server } of counts())
      for (const [tier, { keptMs }] of Object.entries(tiers))
        writes.write(`prune ${server} ${tier}`, {
          work: () => table.dropCounts(server, tier, at - keptMs),
          onFailed: () => {},
          onDone: () => {},
        });
  }
}
