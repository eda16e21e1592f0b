import type { FileEntry } from '../../../../../shared/http/files.ts';

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The entries whose names have all words of the text in them; case and accents don't matter. With `*` a word is a pattern for the whole name. */
export function filtered(entries: readonly FileEntry[], text: string): readonly FileEntry[] {
  const words = fold(text).split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries;
  const tests = words.map(testOf);
  return entries.filter(({ name }) => {
    const folded = fold(name);
    return tests.every((fits) => fits(folded));
  });
}

function testOf(word: string): (name: string) => boolean {
  if (!word.includes('*')) return (name) => name.includes(word);
  const parts = word.split('*');
  return (name) => fitsPattern(name, parts);
}

/** Whether the parts are in the name in this order, the first at its start and the last at its end. */
function fitsPattern(name: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
