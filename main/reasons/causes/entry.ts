import type { CrashKind } from '../../../shared/model/crash.ts';

/** What is known besides the words of the console. */
export type CauseFact =
  | 'memory_game'
  | 'memory_child'
  | 'volume_full'
  | 'engine_away'
  | 'machine_booted'
  | 'from_outside';

/**
 * One cause that can be told from what a server left, as data: all that is named of it must be true. `{1}` in its texts stands for
 * the first group of the pattern that matched, `{2}` for the second. Whatever offers features of eggs goes by `features`.
 */
export interface CauseEntry {
  /** Never changes: kept reports name it. */
  id: string;
  /** A few words, without a stop. */
  title: string;
  /** What it means and what to do, one or two sentences. */
  text: string;
  /** Regular expressions without regard to case; one of them must match a line of the run, or the reason that the host gives. */
  lines?: readonly string[];
  /** Where there are `lines` and `facts`, either will do. */
  facts?: readonly CauseFact[];
  codes?: readonly number[];
  signals?: readonly string[];
  kinds?: readonly CrashKind[];
  /** Ids of mends.ts, the likeliest first. */
  mends?: readonly string[];
  /** Names of egg features that are about this cause. */
  features?: readonly string[];
}
