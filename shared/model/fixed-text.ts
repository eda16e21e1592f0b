/** A character that is itself in a regular expression, without anything after it that makes it optional or repeats it. */
const plain = /[A-Za-z0-9 ,:;'!@#%&=<>/"_~`-]/;

/**
 * The longest text that every match of a regular expression contains for certain; '' where none is. Only what stands outside of groups,
 * classes and choices is looked at, so it may be less than there is, never more. For sorting lines out before the expression is tried.
 */
export function fixedText(pattern: string): string {
  let best = '';
  let current = '';
  let depth = 0;
  const end = (): void => {
    if (current.length > best.length) best = current;
    current = '';
  };
  // Without regard to case nothing is fixed.
  if (/\(\?[a-zA-Z]*i/.test(pattern)) return '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    if (character === '|' && depth <= 0) return '';
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === '[') at = classEnd(pattern, at);
    if (character === '{') at = indexOrEnd(pattern, '}', at);
    const escaped = character === '\\' ? (pattern[at + 1] ?? '') : null;
    if (escaped !== null) at += 1;
    // What follows these isn't itself: `\x41`, `\pL`, `\Q…\E`.
    if (escaped !== null && /[xupPcQE0-9]/.test(escaped)) return '';
    // Any other escaped letter is a class or an anchor.
    const literal = escaped === null ? (plain.test(character) ? character : null) : literalOf(escaped);
    if (literal === null || depth > 0) {
      end();
      continue;
    }
    const next = pattern[at + 1] ?? '';
    if (/[*?+{]/.test(next)) end();
    else current += literal;
  }
  end();
  return best;
}

function indexOrEnd(pattern: string, character: string, from: number): number {
  const found = pattern.indexOf(character, from);
  return found < 0 ? pattern.length : found;
}

function literalOf(escaped: string): string | null {
  return escaped !== '' && !/[A-Za-z0-9]/.test(escaped) ? escaped : null;
}

/** The index of the bracket that ends the class that begins at `start`. */
function classEnd(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern[at] === '^') at += 1;
  if (pattern[at] === ']') at += 1;
  while (at < pattern.length && pattern[at] !== ']') at += pattern[at] === '\\' ? 2 : 1;
  return at;
}
