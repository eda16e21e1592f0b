import { errorText } from '../../../../shared/error-text.ts';

interface PatternTrialResult {
  pattern: string;
  /** Why it is no regular expression; then it was looked for as text. */
  problem: string | null;
  /** Lines that were looked at, and how many of them match. */
  lines: number;
  count: number;
  newest: string;
}

/** Control sequences, which the host takes out before it matches (S10). */
const escapes = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])/g;
/** Patterns without these are plain text for the host. */
const special = /[\\^$.*+?()[\]{}|]/;

/** Which lines of a console's text a ready pattern matches. `compile` may throw. Pure. */
export function tryPattern(
  pattern: string,
  text: string,
  compile: (pattern: string) => (line: string) => boolean,
): PatternTrialResult {
  const all = text.replace(escapes, '').split(/[\r\n]+/);
  const lines = all.filter((line) => line !== '');
  let problem: string | null = null;
  let test = (line: string): boolean => line.includes(pattern);
  if (special.test(pattern)) {
    try {
      test = compile(pattern);
    } catch (error) {
      problem = errorText(error);
    }
  }
  const found = lines.filter((line) => test(line));
  return { pattern, problem, lines: lines.length, count: found.length, newest: found.at(-1) ?? '' };
}
