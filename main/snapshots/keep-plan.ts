import type { KeepRules, SnapshotInfo } from './contract.ts';

/** Why a snapshot is kept: as one of the newest, or as the newest of its day, week (from Monday) or month, `2026-11-30`, `2026-W49`, `2026-11`. */
export interface KeepReason {
  rule: 'last' | 'daily' | 'weekly' | 'monthly';
  of: string;
}

export interface KeepPlan {
  keep: { id: string; why: KeepReason[] }[];
  /** Newest first. */
  remove: string[];
}

/**
 * What the rules keep of these snapshots (of one source, in any order), and what they would delete. Days begin at midnight in the time zone
 * (IANA). Rules that are all 0 keep everything, since nobody wants to lose all by a slip; the newest one always stays. Damaged snapshots
 * don't count, and are only kept where there is no sound one.
 */
export function keepPlan(
  snapshots: readonly Pick<SnapshotInfo, 'id' | 'at' | 'damaged'>[],
  rules: KeepRules,
  zone: string,
): KeepPlan {
  const newestFirst = snapshots.toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
  const sound = newestFirst.filter(({ damaged }) => damaged === 0);
  const counted = sound.length > 0 ? sound : newestFirst;
  const isOff = Object.values(rules).every((count) => count === 0);
  const reasons = new Map<string, KeepReason[]>();
  const because = (id: string, reason: KeepReason): void => {
    reasons.set(id, [...(reasons.get(id) ?? []), reason]);
  };
  const last = isOff ? newestFirst.length : Math.max(1, rules.last);
  for (const [index, { id }] of (isOff ? newestFirst : counted).slice(0, last).entries())
    because(id, { rule: 'last', of: String(index + 1) });
  const nameOf = periods(zone);
  for (const rule of ['daily', 'weekly', 'monthly'] as const) {
    const seen = new Set<string>();
    for (const { id, at } of counted) {
      const of = nameOf[rule](at);
      if (seen.has(of)) continue;
      if (seen.size === rules[rule]) break;
      seen.add(of);
      because(id, { rule, of });
    }
  }
  return {
    keep: newestFirst.flatMap(({ id }) => {
      const why = reasons.get(id);
      return why ? [{ id, why }] : [];
    }),
    remove: newestFirst.filter(({ id }) => !reasons.has(id)).map(({ id }) => id),
  };
}

const dayMs = 24 * 3600_000;
/** How long what was made before a restore, a reinstall or the like is kept. */
const pointDays = 7;

/** Which of a source's restore points have had their time, newest first: the newest one stays, however old. */
export function expiredPoints(points: readonly Pick<SnapshotInfo, 'id' | 'at'>[], now: number): string[] {
  const [, ...older] = points.toSorted((a, b) => b.at - a.at);
  return older.filter(({ at }) => at < now - pointDays * dayMs).map(({ id }) => id);
}

function periods(zone: string): Record<'daily' | 'weekly' | 'monthly', (at: number) => string> {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const daily = (at: number): string => format.format(at);
  return { daily, weekly: (at) => weekOf(daily(at)), monthly: (at) => daily(at).slice(0, 7) };
}

/** ISO 8601: the week belongs to the year of its Thursday. */
function weekOf(day: string): string {
  const date = Date.parse(`${day}T00:00:00Z`);
  const weekday = (new Date(date).getUTCDay() + 6) % 7;
  const thursday = new Date(date + (3 - weekday) * dayMs);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / dayMs / 7);
  return `${year}-W${String(week).padStart(2, '0')}`;
}
