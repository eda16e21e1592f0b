import type { EggDone } from '../../shared/model/egg.ts';

/** Longest pattern that is taken as an expression (main/console/ready-matcher.ts), in characters. */
const maxPattern = 1024;

/**
 * A start pattern that any of these lines matches; null: there is none. Where a text has characters that mean something in an expression, or there are
 * several, it is one with all of them escaped. Blanks at the ends count. `left`: how many were too much.
 */
export function startPatternOf(done: readonly EggDone[]): { pattern: string | null; left: number } {
  const [first, ...more] = done;
  if (!first) return { pattern: null, left: 0 };
  const special = /[\\^$.*+?()[\]{}|]/;
  if (more.length === 0 && first.kind === 'text' && !special.test(first.text))
    return { pattern: first.text, left: 0 };
  const parts = done.map(({ kind, text }) =>
    kind === 'text' ? text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : done.length > 1 ? `(?:${text})` : text,
  );
  let pattern: string | null = null;
  let left = 0;
  for (const part of parts) {
    const longer: string = pattern === null ? part : `${pattern}|${part}`;
    if (longer.length > maxPattern) left += 1;
    else pattern = longer;
  }
  return { pattern, left };
}
