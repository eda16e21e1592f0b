import { RE2JS } from 're2js';

/** Longest expression that is taken, in characters, and largest program that it may become: the factor in the worst cost per character. */
const maxPattern = 1024;
const maxProgram = 2000;

/** A regular expression that takes time linear in the text, whatever both are. */
export interface BoundedPattern {
  test(text: string): boolean;
  /** The text with the first match replaced, `$1` and `${1}` by its groups; null where nothing matches. */
  replace(text: string, by: string): string | null;
  /** What the first group of the first match holds; null where nothing matches, or the pattern has no group. */
  capture(text: string): string | null;
}

/**
 * Compiles an expression written for PCRE or RE2, with flags of `ims` (others that change nothing here are taken). Null where it needs what
 * can't be matched in bounded time (look-ahead, back-references), is wrong, or too large.
 */
export function compilePattern(pattern: string, flags = ''): BoundedPattern | null {
  if (pattern.length > maxPattern || /[^imsuD]/.test(flags)) return null;
  const bits = [...flags].reduce((sum, flag) => sum | (flagBits[flag] ?? 0), 0);
  try {
    const compiled = RE2JS.compile(pattern, bits);
    return compiled.programSize() > maxProgram ? null : bounded(compiled);
  } catch {
    return null;
  }
}

const flagBits: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

function bounded(compiled: RE2JS): BoundedPattern {
  return {
    test: (text) => compiled.test(text),
    replace(text, by) {
      const matcher = compiled.matcher(text);
      if (!matcher.find()) return null;
      const filled = by.replace(/\$(?:\{(\d{1,2})\}|(\d))/g, (_all, braced?: string, plain?: string) => {
        const group = Number(braced ?? plain);
        return group <= matcher.groupCount() ? (matcher.group(group) ?? '') : '';
      });
      return text.slice(0, matcher.start()) + filled + text.slice(matcher.end());
    },
    capture(text) {
      const matcher = compiled.matcher(text);
      return matcher.find() && matcher.groupCount() > 0 ? (matcher.group(1) ?? null) : null;
    },
  };
}

/** For `valueProblem`: null where the expression can't be matched. */
export function matchesPattern(pattern: string, flags: string, text: string): boolean | null {
  return compilePattern(pattern, flags)?.test(text) ?? null;
}
