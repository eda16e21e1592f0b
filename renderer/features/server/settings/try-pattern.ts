import { errorText } from '../../../../shared/error-text.ts';
import { withoutEscapes } from '../../../ui/without-escapes.ts';

interface PatternTrialResult {
  pattern: string;
  /** Why it is no regular expression; then it was looked for as text. */
  problem: string | null;
  /** Lines that were looked at, and how many of them match. */
  lines: number;
  count: number;
  newest: string;
}

/** Patterns without these are plain text for the host. */
const special = /[\\^$.*+?()[\]{}|]/;

/** Whether the host looks for it as a regular expression, not as plain text. */
const isExpression = (pattern: string): boolean => special.test(pattern);

/** Why a pattern is no regular expression, in its library's words; null if it is one, or plain text. `compile` may throw. Pure. */
export function patternProblem(pattern: string, compile: (pattern: string) => unknown): string | null {
  if (!isExpression(pattern)) return null;
  try {
    compile(pattern);
    return null;
  } catch (error) {
    return errorText(error);
  }
}

/** Which lines of a console's text a ready pattern matches. `compile` may throw. Pure. */
export function tryPattern(
  pattern: string,
  text: string,
  compile: (pattern: string) => (line: string) => boolean,
): PatternTrialResult {
  const all = withoutEscapes(text).split(/[\r\n]+/);
  const lines = all.filter((line) => line !== '');
  let problem: string | null = null;
  let test = (line: string): boolean => line.includes(pattern);
  if (isExpression(pattern)) {
    try {
      test = compile(pattern);
    } catch (error) {
      problem = errorText(error);
    }
  }
  const found = lines.filter((line) => test(line));
  return { pattern, problem, lines: lines.length, count: found.length, newest: found.at(-1) ?? '' };
}
