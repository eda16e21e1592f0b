import { appendFileSync } from 'node:fs';

/** `npm test -- --long`: proofs that repeat are run whole. */
export const isLong = process.env.LIGHTDECK_TEST_LONG === '1';

/**
 * How much of a proof that repeats is to be done in this run: `small`, or `whole` with `--long`; in rounds, or in the unit that
 * is given. Call it in the test, when it runs: the last lines of `npm test` say "kill-anywhere: 12 of 100 rounds" of it.
 */
export function rounds(name: string, small: number, whole: number, unit = 'rounds'): number {
  const ran = isLong ? whole : small;
  const file = process.env.LIGHTDECK_TEST_ROUNDS;
  if (file) appendFileSync(file, `${JSON.stringify({ name, ran, whole, unit })}\n`);
  return ran;
}
