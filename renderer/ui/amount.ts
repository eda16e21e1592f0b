import { plainNumber } from './format.ts';

const mebibyte = 1024 * 1024;

/** MiB in each unit. In hosting a “GB” of memory is 1024 MB, and so it is here, with or without the `i`. */
const units: Readonly<Record<string, number>> = {
  k: 1 / 1024,
  m: 1,
  g: 1024,
  t: 1024 * 1024,
};

/**
 * An amount of memory or disk as people type it, in whole MiB: `4 GB`, `4g`, `1.5 GiB`, `1,5 GB`, `1536 MiB`; a number alone is MiB.
 * Null: it is none, or no whole number of MiB comes of it.
 */
export function parseAmount(text: string): number | null {
  const match = /^\s*(\d{1,12}(?:[.,]\d{1,6})?)\s*(?:([kmgt])(?:i?b)?)?\s*$/i.exec(text);
  if (!match?.[1]) return null;
  const factor = units[(match[2] ?? 'm').toLowerCase()] ?? 1;
  const amount = Number(match[1].replace(',', '.')) * factor;
  const whole = Math.round(amount);
  // 1.7 GB is 1740.8 MiB: meant is about that.
  return whole >= 1 && (Number.isInteger(amount) || factor > 1) && Number.isSafeInteger(whole * mebibyte)
    ? whole
    : null;
}

/** A number of MiB so that `parseAmount` gives it back: `4 GiB`, `1.5 GiB`, `1300 MiB`. */
export function sayAmount(mebibytes: number): string {
  for (const [size, unit] of [
    [1024 * 1024, 'TiB'],
    [1024, 'GiB'],
  ] as const)
    if (mebibytes >= size && (mebibytes * 4) % size === 0) return `${plainNumber(mebibytes / size)} ${unit}`;
  return `${mebibytes} MiB`;
}

/** Whether two texts are the same amount, or two values the same. */
export const sameAmount = (a: unknown, b: unknown): boolean =>
  a === b ||
  (typeof a === 'string' &&
    typeof b === 'string' &&
    parseAmount(a) !== null &&
    parseAmount(a) === parseAmount(b));
