import type { EggCheck, EggVariable } from '../model/egg.ts';

/** Whether a text matches a `pattern`; null where that can't be told, and then nobody is kept from it. */
export type PatternMatcher = (pattern: string, flags: string, text: string) => boolean | null;

/**
 * What is wrong with a value of a variable, as words that follow the field's name (`must be a whole number`); null: nothing. An empty value is only held to
 * `required`; 0 is not empty.
 */
export function valueProblem(
  variable: Pick<EggVariable, 'checks'>,
  value: string,
  matches: PatternMatcher,
): string | null {
  if (value.includes('\0')) return 'must not contain NUL';
  if (value.trim() === '')
    return variable.checks.some(({ kind }) => kind === 'required') ? 'must be filled in' : null;
  for (const check of variable.checks) {
    const problem = problemOf(check, value, matches);
    if (problem !== null) return problem;
  }
  return null;
}

type Problem = string | null;

function problemOf(check: EggCheck, value: string, matches: PatternMatcher): Problem {
  switch (check.kind) {
    case 'required':
      return null;
    case 'number':
      return numberProblem(value, check.whole);
    case 'value':
      return boundsProblem(Number(value), check, '');
    case 'above':
      return Number(value) > check.than ? null : `must be more than ${check.than}`;
    case 'below':
      return Number(value) < check.than ? null : `must be less than ${check.than}`;
    case 'length':
      return boundsProblem([...value].length, check, ' characters long');
    case 'digits':
      return digitsProblem(value, check);
    case 'boolean':
      return ['0', '1', 'true', 'false'].includes(value) ? null : 'must be on or off (1 or 0)';
    case 'pattern':
      return matches(check.pattern, check.flags, value) === check.not
        ? `must ${check.not ? 'not ' : ''}match ${check.pattern}`
        : null;
    default:
      return wordsProblem(check, value);
  }
}

type WordsCheck = Exclude<
  EggCheck,
  { kind: 'required' | 'number' | 'value' | 'above' | 'below' | 'length' | 'digits' | 'boolean' | 'pattern' }
>;

function wordsProblem(check: WordsCheck, value: string): Problem {
  switch (check.kind) {
    case 'one_of':
      return check.values.includes(value) ? null : `must be one of ${listed(check.values)}`;
    case 'none_of':
      return check.values.includes(value) ? `must not be ${value}` : null;
    case 'starts_with':
      return check.values.some((start) => value.startsWith(start)) === check.not
        ? `must ${check.not ? 'not ' : ''}begin with ${listed(check.values)}`
        : null;
    case 'ends_with':
      return check.values.some((end) => value.endsWith(end)) === check.not
        ? `must ${check.not ? 'not ' : ''}end with ${listed(check.values)}`
        : null;
    case 'letters':
      return letters[check.of].test(value) ? null : `must consist of ${letterWords[check.of]} alone`;
    case 'url':
      return isUrl(value) ? null : 'must be an address like https://example.org';
    case 'ip':
      return isIp(value, check.version)
        ? null
        : `must be an ${check.version === '6' ? 'IPv6' : 'IP'} address`;
    case 'email':
      return /^[^\s@]+@[^\s@]+$/.test(value) ? null : 'must be an e-mail address';
  }
}

const letters = {
  alpha: /^[\p{L}\p{M}]+$/u,
  alpha_num: /^[\p{L}\p{M}\p{N}]+$/u,
  alpha_dash: /^[\p{L}\p{M}\p{N}_-]+$/u,
};
const letterWords = {
  alpha: 'letters',
  alpha_num: 'letters and digits',
  alpha_dash: 'letters, digits, - and _',
};

/** Most choices that are named in a sentence. */
const maxListed = 12;
const listed = (values: readonly string[]): string =>
  values.length > maxListed ? `${values.slice(0, maxListed).join(', ')}, …` : values.join(', ');

function numberProblem(value: string, whole: boolean): Problem {
  if (whole) return /^\s*[+-]?\d+\s*$/.test(value) ? null : 'must be a whole number';
  return /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(value) ? null : 'must be a number';
}

function boundsProblem(
  found: number,
  { min, max }: { min: number | null; max: number | null },
  unit: string,
): Problem {
  // That it is no number at all is told by the rule that asks for one.
  if (Number.isNaN(found)) return null;
  if (min !== null && min === max && found !== min)
    return `must be ${unit === '' ? '' : 'exactly '}${min}${unit}`;
  if (min !== null && found < min) return `must be at least ${min}${unit}`;
  if (max !== null && found > max) return `must be at most ${max}${unit}`;
  return null;
}

function digitsProblem(value: string, { min, max }: { min: number; max: number }): Problem {
  if (/^\d+$/.test(value) && value.length >= min && value.length <= max) return null;
  return min === max
    ? `must have exactly ${min} digits`
    : `must have ${min} to ${max} digits and nothing else`;
}

const isUrl = (value: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#]+\S*$/i.test(value);

function isIp(value: string, version: '4' | '6' | 'any'): boolean {
  const four = isIp4(value);
  return version === '4' ? four : version === '6' ? isIp6(value) : four || isIp6(value);
}

const isIp4 = (value: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(value) && value.split('.').every((part) => Number(part) <= 255);

/** Eight groups, or fewer with one `::` in place of the others; the last two may be an IPv4 address. */
function isIp6(value: string): boolean {
  const four = /(^|:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(value)?.[2];
  if (four !== undefined && !isIp4(four)) return false;
  const text = four === undefined ? value : `${value.slice(0, -four.length)}0:0`;
  const [head = '', tail, ...more] = text.split('::');
  const groups = [head, tail ?? ''].flatMap((half) => (half === '' ? [] : half.split(':')));
  if (more.length > 0 || groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return false;
  return tail === undefined ? groups.length === 8 : groups.length < 8;
}
