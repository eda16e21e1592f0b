import { appendFileSync } from 'node:fs';
import { describe, type TestFunction, test } from 'vitest';

const lane = process.env.LIGHTDECK_TEST_LANE;

/** `npm test -- --long`: proofs that repeat are run whole. */
export const isLong = lane === 'long';
/** `--long` and `--all`: with the tests and files of the long lane. */
export const isWide = isLong || lane === 'all';

/** What scripts/lib/test-report.mjs sums up in one line. */
const longTests = 'tests of the long lane';

/**
 * How much of a proof that repeats is to be done in this run: `small`, or `whole` with `--long`; in rounds, or in the unit that
 * is given. Call it in the test, when it runs: the last lines of `npm test` say "kill-anywhere: 12 of 100 rounds" of it.
 */
export function rounds(name: string, small: number, whole: number, unit = 'rounds'): number {
  const ran = isLong ? whole : small;
  report({ name, ran, whole, unit });
  return ran;
}

/**
 * A test that only the long lane runs (`npm test -- --all` or `--long`): its rule is held by a quicker one in `npm test`, or it takes
 * too long for it. What is only there is counted in the last lines. A whole file of such tests is called `*.long.test.ts`.
 */
export const longTest = Object.assign(longTestOf(false), { skipIf: longTestOf });

function longTestOf(isSkipped: boolean) {
  return (title: string, run: TestFunction, timeout?: number): void => {
    report({ name: longTests, ran: isWide ? 1 : 0, whole: 1, unit: 'tests' });
    if (isWide) test.skipIf(isSkipped)(title, run, timeout);
  };
}

/** A suite of nothing but such tests. */
export function longSuite(title: string, isSkipped: boolean, define: () => void): void {
  if (isWide) describe.skipIf(isSkipped)(title, define);
  else report({ name: longTests, ran: 0, whole: 1, unit: 'tests' });
}

/** Those of `all` that this run tries: the first `small`, all of them in the long lane. For `test.each`. */
export function someOf<T>(all: readonly T[], small: number): readonly T[] {
  const ran = isWide ? all.length : Math.min(small, all.length);
  report({ name: longTests, ran, whole: all.length, unit: 'tests' });
  return all.slice(0, ran);
}

function report(line: { name: string; ran: number; whole: number; unit: string }): void {
  const file = process.env.LIGHTDECK_TEST_ROUNDS;
  if (file) appendFileSync(file, `${JSON.stringify(line)}\n`);
}
