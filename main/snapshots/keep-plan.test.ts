import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keepPlan } from './keep-plan.ts';

const at = (text: string, damaged = 0) => ({ id: text, at: Date.parse(text), damaged });
const none = { last: 0, daily: 0, weekly: 0, monthly: 0 };
const kept = (plan: ReturnType<typeof keepPlan>) => plan.keep.map(({ id }) => id);

describe('keep rules', () => {
  test('the newest of each day, week and month, with the reason', () => {
    const all = [
      '2026-11-30T08:00Z',
      '2026-11-30T02:00Z',
      '2026-11-29T08:00Z',
      '2026-11-23T08:00Z',
      '2026-10-01T08:00Z',
    ];
    const plan = keepPlan(
      all.map((text) => at(text)),
      { last: 1, daily: 2, weekly: 3, monthly: 2 },
      'UTC',
    );
    expect(plan.keep).toEqual([
      {
        id: '2026-11-30T08:00Z',
        why: [
          { rule: 'last', of: '1' },
          { rule: 'daily', of: '2026-11-30' },
          { rule: 'weekly', of: '2026-W49' },
          { rule: 'monthly', of: '2026-11' },
        ],
      },
      {
        id: '2026-11-29T08:00Z',
        why: [
          { rule: 'daily', of: '2026-11-29' },
          { rule: 'weekly', of: '2026-W48' },
        ],
      },
      {
        id: '2026-10-01T08:00Z',
        why: [
          { rule: 'weekly', of: '2026-W40' },
          { rule: 'monthly', of: '2026-10' },
        ],
      },
    ]);
    expect(plan.remove).toEqual(['2026-11-30T02:00Z', '2026-11-23T08:00Z']);
  });

  test('a day begins at midnight in the time zone', () => {
    const two = [at('2026-11-30T04:00Z'), at('2026-11-30T06:00Z')];
    expect(kept(keepPlan(two, { ...none, daily: 5 }, 'America/New_York'))).toHaveLength(2);
    expect(kept(keepPlan(two, { ...none, daily: 5 }, 'UTC'))).toEqual(['2026-11-30T06:00Z']);
  });

  test('a week belongs to the year of its Thursday', () => {
    const { keep } = keepPlan([at('2027-01-01T08:00Z')], { ...none, weekly: 1 }, 'UTC');
    expect(keep[0]?.why).toContainEqual({ rule: 'weekly', of: '2026-W53' });
  });

  test('no rule keeps everything, and the newest sound one always stays', () => {
    const all = [at('2026-11-30T08:00Z', 3), at('2026-11-29T08:00Z'), at('2026-11-28T08:00Z')];
    expect(keepPlan(all, none, 'UTC').remove).toEqual([]);
    expect(kept(keepPlan(all, { ...none, last: 1 }, 'UTC'))).toEqual(['2026-11-29T08:00Z']);
    expect(kept(keepPlan(all.slice(0, 1), { ...none, monthly: 1 }, 'UTC'))).toEqual(['2026-11-30T08:00Z']);
    expect(keepPlan([], { ...none, last: 3 }, 'UTC')).toEqual({ keep: [], remove: [] });
  });

  test('every snapshot is kept or removed, and what was kept is kept when it is asked again', () => {
    const snapshot = fc.record({
      id: fc.uuid(),
      at: fc.integer({ min: 1.7e12, max: 1.9e12 }),
      damaged: fc.constantFrom(0, 0, 0, 1),
    });
    const rules = fc.record({ last: fc.nat(4), daily: fc.nat(4), weekly: fc.nat(4), monthly: fc.nat(4) });
    const unique = fc.uniqueArray(snapshot, { selector: ({ id }) => id, maxLength: 40 });
    fc.assert(
      fc.property(unique, rules, (snapshots, given) => {
        const plan = keepPlan(snapshots, given, 'Europe/Berlin');
        expect([...kept(plan), ...plan.remove].sort()).toEqual(snapshots.map(({ id }) => id).sort());
        const left = snapshots.filter(({ id }) => kept(plan).includes(id));
        expect(keepPlan(left, given, 'Europe/Berlin').remove).toEqual([]);
      }),
    );
  });
});
