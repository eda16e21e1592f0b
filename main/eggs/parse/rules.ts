import { compilePattern } from '../../../shared/eggs/pattern.ts';
import type { EggCheck } from '../../../shared/model/egg.ts';

/** Most rules of one variable, and longest one in characters. */
const maxRules = 64;
const maxRule = 4096;

/**
 * Cuts a text of rules at its `|`, but not within `regex:/…/`, where one may be part of the expression. Empty ones, as behind a trailing
 * `|`, are left out. Also splits what stands in one entry of a list.
 */
export function splitRules(text: string): string[] {
  const rules: string[] = [];
  let at = 0;
  while (at < text.length && rules.length < maxRules) {
    const end = endOfRule(text, at);
    const rule = text.slice(at, end).trim();
    if (rule !== '') rules.push(rule.slice(0, maxRule));
    at = end + 1;
  }
  return rules;
}

function endOfRule(text: string, start: number): number {
  const named = /\s*(?:not_)?regex:/iy;
  named.lastIndex = start;
  const from = named.exec(text)?.[0].length;
  const bar = text.indexOf('|', start);
  const next = bar < 0 ? text.length : bar;
  if (from === undefined) return next;
  const open = start + from;
  const close = closingDelimiter(text, open);
  if (close === null) return next;
  const after = text.indexOf('|', close);
  return after < 0 ? text.length : after;
}

const pairs: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };

/** Where the delimiter that opens at `open` closes: the first one not escaped that flags and the rule's end follow. Null: there is none. */
function closingDelimiter(text: string, open: number): number | null {
  const first = text[open] ?? '';
  if (first === '' || /[\w\\\s]/.test(first)) return null;
  const last = pairs[first] ?? first;
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === last && endsHere(text, at + 1)) return at;
  }
  return null;
}

function endsHere(text: string, at: number): boolean {
  const rest = /[a-zA-Z]{0,8}\s*(?:\||$)/y;
  rest.lastIndex = at;
  return rest.test(text);
}

/** `checks` in the order of the rules; `problems` say which rules are not held to, and why. */
export interface ParsedRules {
  checks: EggCheck[];
  problems: string[];
}

type Made = EggCheck | 'nothing' | string[];

/** Rules that ask for nothing that a form or an environment could break. */
const idle = ['string', 'nullable', 'sometimes', 'present', 'bail', 'filled', 'distinct', 'array', 'json'];

/**
 * What Laravel's rules ask for, as far as it can be held to here. `max`, `min`, `between`, `size` and the like mean the value where a rule says that it is
 * a number, else the length.
 */
export function parseRules(rules: readonly string[]): ParsedRules {
  const isNumber = rules.some((rule) => /^\s*(numeric|integer|int|decimal)\b/i.test(rule));
  const parsed: ParsedRules = { checks: [], problems: [] };
  for (const rule of rules) {
    const colon = rule.indexOf(':');
    const name = (colon < 0 ? rule : rule.slice(0, colon)).trim().toLowerCase();
    const argument = colon < 0 ? '' : rule.slice(colon + 1);
    const made = checkOf(name, argument, isNumber);
    if (made === undefined) parsed.problems.push(`the rule ${name} is not known here`);
    else if (Array.isArray(made)) parsed.problems.push(...made);
    else if (made !== 'nothing') parsed.checks.push(made);
  }
  return parsed;
}

function checkOf(name: string, argument: string, isNumber: boolean): Made | undefined {
  if (idle.includes(name)) return 'nothing';
  switch (name) {
    case 'required':
      return { kind: 'required' };
    case 'boolean':
    case 'bool':
      return { kind: 'boolean' };
    case 'numeric':
    case 'decimal':
      return { kind: 'number', whole: false };
    case 'integer':
    case 'int':
      return { kind: 'number', whole: true };
    case 'in':
      return { kind: 'one_of', values: valuesOf(argument) };
    case 'not_in':
      return { kind: 'none_of', values: valuesOf(argument) };
    case 'starts_with':
    case 'doesnt_start_with':
      return { kind: 'starts_with', values: valuesOf(argument), not: name !== 'starts_with' };
    case 'ends_with':
    case 'doesnt_end_with':
      return { kind: 'ends_with', values: valuesOf(argument), not: name !== 'ends_with' };
    case 'regex':
    case 'not_regex':
      return patternOf(argument, name === 'not_regex');
    default:
      return sizeOf(name, argument, isNumber) ?? formOf(name);
  }
}

function formOf(name: string): EggCheck | undefined {
  switch (name) {
    case 'alpha':
    case 'alpha_num':
    case 'alpha_dash':
      return { kind: 'letters', of: name };
    case 'url':
    case 'active_url':
      return { kind: 'url' };
    case 'email':
      return { kind: 'email' };
    case 'ip':
      return { kind: 'ip', version: 'any' };
    case 'ipv4':
      return { kind: 'ip', version: '4' };
    case 'ipv6':
      return { kind: 'ip', version: '6' };
    default:
      return undefined;
  }
}

const sizeRules = ['min', 'max', 'size', 'between', 'gt', 'gte', 'lt', 'lte'];
const digitRules = ['digits', 'digits_between', 'min_digits', 'max_digits'];
/** More digits than any number here has. */
const mostDigits = 64;

/** Rules with numbers behind them. Undefined: it is none. */
function sizeOf(name: string, argument: string, isNumber: boolean): Made | undefined {
  const isDigits = digitRules.includes(name);
  if (!isDigits && !sizeRules.includes(name)) return undefined;
  const numbers = argument.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [first = Number.NaN, second = first] = numbers;
  // `gt:other_field` is Laravel's, but there is no other field.
  if (!Number.isFinite(first) || !Number.isFinite(second)) return [`the rule ${name} has no number`];
  if (name === 'max_digits') return { kind: 'digits', min: 1, max: first };
  if (name === 'min_digits') return { kind: 'digits', min: first, max: mostDigits };
  if (isDigits) return { kind: 'digits', min: first, max: second };
  if (name === 'gt' && isNumber) return { kind: 'above', than: first };
  if (name === 'lt' && isNumber) return { kind: 'below', than: first };
  const kind = isNumber ? 'value' : 'length';
  const [least, most] = boundsOf(name, first, second);
  return { kind, min: least, max: most };
}

function boundsOf(name: string, first: number, second: number): [number | null, number | null] {
  switch (name) {
    case 'min':
    case 'gte':
      return [first, null];
    case 'gt':
      return [first + 1, null];
    case 'max':
    case 'lte':
      return [null, first];
    case 'lt':
      return [null, first - 1];
    case 'size':
      return [first, first];
    default:
      return [first, second];
  }
}

/** Values behind a rule, apart by commas; in double quotes they may hold commas, and quotes written twice. */
function valuesOf(argument: string): string[] {
  const values: string[] = [];
  const value = /\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?:,|$)/y;
  while (value.lastIndex < argument.length) {
    const found = value.exec(argument);
    if (!found) return argument.split(',').map((part) => part.trim());
    values.push(found[1]?.replaceAll('""', '"') ?? found[2]?.trim() ?? '');
  }
  // What is behind a last comma is an empty value.
  if (argument.endsWith(',')) values.push('');
  return values;
}

function patternOf(argument: string, not: boolean): Made {
  const text = argument.trim();
  const close = closingDelimiter(text, 0);
  const pattern = close === null ? text : text.slice(1, close);
  const flags = close === null ? '' : text.slice(close + 1).trim();
  if (compilePattern(pattern, flags) === null)
    return [
      'its regular expression is wrong, or uses look-ahead, back-references or another feature that can’t be matched in bounded time',
    ];
  return { kind: 'pattern', pattern, flags: flags.replace(/[^ims]/g, ''), not };
}
