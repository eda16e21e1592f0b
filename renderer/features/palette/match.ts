import type { Searchable } from '../feature.ts';

const inLabel = 2;
const wordStart = 8;
const inRow = 5;
const wholeWord = 12;

/**
 * How well the query fits, more is better; null if it doesn't. Each word of the query must be found, in any order, as a
 * whole or as letters in this order (`srv` in *Survival*); beginnings of words and letters in a row count more.
 */
export function score(query: string, { label, keywords }: Searchable): number | null {
  let sum = 0;
  for (const word of fold(query).split(/\s+/).filter(Boolean)) {
    const label_ = scoreWord(word, fold(label));
    // Letters scattered over an id or an address are chance: there it must be a part as a whole.
    const other = fold(keywords).includes(word) ? wholeWord : null;
    const best = Math.max(label_ === null ? -1 : label_ * inLabel, other ?? -1);
    if (best < 0) return null;
    sum += best;
  }
  return fold(label) === fold(query.trim()) ? sum + wholeWord : sum;
}

/** Case and accents don't matter. */
const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

const isStart = (text: string, at: number): boolean => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '');

function scoreWord(word: string, text: string): number | null {
  const whole = text.indexOf(word);
  if (whole >= 0) return word.length * inRow + wholeWord + (isStart(text, whole) ? wordStart : 0);
  // A letter somewhere says nothing; three in order do.
  if (word.length < 2) return null;
  let sum = 0;
  let from = 0;
  let last = -2;
  for (const letter of word) {
    const at = text.indexOf(letter, from);
    if (at < 0) return null;
    sum += at === last + 1 ? inRow : isStart(text, at) ? wordStart : 1;
    last = at;
    from = at + 1;
  }
  // Spread thin over a long name is no match: at least every third letter must be in a row or begin a word.
  return sum >= word.length * 2.5 ? sum : null;
}
