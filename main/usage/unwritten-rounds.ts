import type { MeterBase, UsageSums } from '../store/contract.ts';

export interface RoundEntry {
  server: string;
  base: MeterBase;
  sums: UsageSums | null;
}

interface Round {
  /** Unix milliseconds. */
  at: number;
  entries: RoundEntry[];
}

/** Readings that wait at most, each some 300 bytes: with ten servers and a round each 10 s nearly three hours. */
export const maxUnwritten = 10_000;

/** Rounds that the store hasn't taken yet. The next reading counts from the last of them, so that a full disk loses no usage. */
export class UnwrittenRounds {
  private rounds: Round[] = [];
  private size = 0;
  private dropped = 0;

  /** Of more than `maxUnwritten` readings the oldest rounds are lost. */
  add(at: number, entries: RoundEntry[]): void {
    if (entries.length === 0) return;
    this.rounds.push({ at, entries });
    this.size += entries.length;
    while (this.size > maxUnwritten && this.rounds.length > 1) {
      const lost = this.rounds.shift()?.entries.length ?? 0;
      this.size -= lost;
      this.dropped += lost;
    }
  }

  /** What each server in them was counted up to. */
  bases(): Map<string, MeterBase> {
    return new Map(this.rounds.flatMap(({ entries }) => entries.map(({ server, base }) => [server, base])));
  }

  /** The server was removed; another one may get its id. */
  forget(server: string): void {
    for (const round of this.rounds) round.entries = round.entries.filter((entry) => entry.server !== server);
    this.rounds = this.rounds.filter(({ entries }) => entries.length > 0);
    this.size = this.rounds.reduce((sum, { entries }) => sum + entries.length, 0);
  }

  /** Writes them in order, and forgets each when it is written. Throws what `record` throws. How many readings were lost before, told once. */
  writeTo(record: (at: number, entries: RoundEntry[]) => void): number {
    for (let [round] = this.rounds; round; [round] = this.rounds) {
      record(round.at, round.entries);
      this.rounds.shift();
      this.size -= round.entries.length;
    }
    const lost = this.dropped;
    this.dropped = 0;
    return lost;
  }
}
