import { valueProblem } from '../../../shared/eggs/check-value.ts';
import { matchesPattern } from '../../../shared/eggs/pattern.ts';
import type { EggCheck, EggField, EggVariable } from '../../../shared/model/egg.ts';
import { child, scalarText, type TreeNode } from '../data/tree.ts';
import { quoted } from './notes.ts';
import { type FieldReader, isBlank } from './reader.ts';
import { parseRules, splitRules } from './rules.ts';

/** Most variables of an egg; the largest of the public ones has 52. */
const maxVariables = 200;
/** Longest text of each kind, in characters. */
const bounds = { name: 256, description: 4096, key: 191, value: 32_768, rules: 16_384 };

/** What the host itself says to a server's programs, whatever an egg says. */
const hostNames = [
  'SERVER_MEMORY',
  'SERVER_IP',
  'SERVER_PORT',
  'SERVER_UUID',
  'P_SERVER_UUID',
  'UUID',
  'STARTUP',
  'MODIFIED_STARTUP',
  'INTERNAL_IP',
];

const fields = [
  'name',
  'description',
  'env_variable',
  'default_value',
  'user_viewable',
  'user_editable',
  'rules',
  'sort',
  'field_type',
];

/**
 * All variables of an egg, in the order of its own numbers (`sort`), else of the file. Names that no program could be given, and those
 * that stand twice, are left out with a note.
 */
export function readVariables(node: TreeNode | undefined, read: FieldReader): EggVariable[] {
  const found = new Map<string, EggVariable>();
  for (const item of read.items(node, 'The list of variables', maxVariables)) {
    const variable = readVariable(item, read);
    if (variable === null) continue;
    if (found.has(variable.key))
      read.notes.add('variable twice', `The variable ${variable.key} stands twice; the first one was taken.`);
    else found.set(variable.key, variable);
  }
  const last = Number.MAX_SAFE_INTEGER;
  return [...found.values()].sort((a, b) => (a.sort ?? last) - (b.sort ?? last));
}

function readVariable(node: TreeNode, read: FieldReader): EggVariable | null {
  const key = readKey(node, read);
  if (key === null) return null;
  const what = (field: string) => `${field} of the variable ${key}`;
  read.unknown(node, `In the variable ${key}: `, fields);
  const rules = readRules(child(node, 'rules'), key, read);
  const parsed = parseRules(rules);
  for (const problem of parsed.problems)
    read.notes.add('rule', `The variable ${key} is not checked in all its rules: ${problem}.`);
  const value = readDefault(child(node, 'default_value'), key, read);
  const checks = checksFor({ key, value, checks: parsed.checks }, read);
  const field = fieldOf(key, value, checks);
  return {
    name: read.line(child(node, 'name'), what('The name'), bounds.name) || key,
    description: read
      .text(child(node, 'description'), what('The description'), bounds.description)
      .replace(/\r\n?/g, '\n')
      .trim(),
    key,
    default: value,
    viewable: read.flag(child(node, 'user_viewable'), true),
    editable: read.flag(child(node, 'user_editable'), true),
    rules,
    checks,
    field,
    secret: isSecret(key) && (field.kind === 'text' || field.kind === 'number'),
    sort: readSort(child(node, 'sort')),
  };
}

/** With the default as one more choice where it is none; tells what else of the default its own rules don't take. */
function checksFor(
  { key, value, checks }: { key: string; value: string; checks: EggCheck[] },
  read: FieldReader,
): EggCheck[] {
  const isFurther = (check: EggCheck) =>
    check.kind === 'one_of' && value !== '' && !check.values.includes(value);
  if (checks.some(isFurther))
    read.notes.add(
      'default no option',
      `The default of the variable ${key} is none of its choices; it was taken as a further one.`,
    );
  const all = checks.map((check) =>
    check.kind === 'one_of' && isFurther(check) ? { ...check, values: [...check.values, value] } : check,
  );
  const problem = valueProblem({ checks: all }, value, matchesPattern);
  if (value === '' && problem !== null)
    read.notes.add(
      'to be filled in',
      `The variable ${key} has to be filled in: it is required and has no default.`,
    );
  else if (problem !== null)
    read.notes.add(
      'default',
      `The default of the variable ${key} is not what its own rules ask for: it ${problem}.`,
    );
  return all;
}

function readKey(node: TreeNode, read: FieldReader): string | null {
  const written = scalarText(child(node, 'env_variable')) ?? '';
  const key = written.trim();
  const name = scalarText(child(node, 'name')) ?? '';
  if (!/^\w+$/.test(key) || key.length > bounds.key) {
    read.notes.add(
      'variable name',
      `A variable was left out, since ${key === '' ? 'it has no name for programs' : `${quoted(key)} can be no variable’s name`}${name ? ` (${quoted(name)})` : ''}.`,
    );
    return null;
  }
  if (hostNames.includes(key.toUpperCase())) {
    read.notes.add(
      'variable of the host',
      `The variable ${key} was left out, since the host itself sets it.`,
    );
    return null;
  }
  if (key !== written)
    read.notes.add('blanks', `Blanks around the name of the variable ${key} were taken out.`);
  return key;
}

/** As text, whatever it is written as; booleans as `true` and `false`. */
function readDefault(node: TreeNode | undefined, key: string, read: FieldReader): string {
  return read.text(node, `The default of the variable ${key}`, bounds.value);
}

function readRules(node: TreeNode | undefined, key: string, read: FieldReader): string[] {
  if (isBlank(node)) return [];
  const parts =
    node?.kind === 'list'
      ? node.items
      : node?.kind === 'map'
        ? node.entries.map((entry) => entry.node)
        : node
          ? [node]
          : [];
  return parts
    .flatMap((part) => splitRules(read.text(part, `A rule of the variable ${key}`, bounds.rules)))
    .slice(0, 64);
}

function readSort(node: TreeNode | undefined): number | null {
  const text = scalarText(node) ?? '';
  return /^-?\d{1,9}$/.test(text) ? Number(text) : null;
}

/** PORT as a word or at its end: `QUERY_PORT`, `PORT2`, `RCONPORT`, but no `SUPPORT_URL` or `EXPORT`. */
const portName = /(^|_)[A-Z]*PORTS?\d*(_|$)/;
const noPortName = /(SUP|IM|EX|TRANS|RE|PASS|AIR)PORTS?/;

function fieldOf(key: string, value: string, checks: readonly EggCheck[]): EggField {
  const choice = checks.find((check) => check.kind === 'one_of');
  const options = [...new Set(choice?.values ?? [])];
  const words = options.length === 2 && options.includes('true') && options.includes('false');
  if (checks.some(({ kind }) => kind === 'boolean') || words)
    return words || value === 'true' || value === 'false'
      ? { kind: 'switch', on: 'true', off: 'false' }
      : { kind: 'switch', on: '1', off: '0' };
  if (choice)
    return options.length === 1 && (value === options[0] || value === '')
      ? { kind: 'fixed', value: options[0] ?? '' }
      : { kind: 'choice', options };
  const upper = key.toUpperCase();
  if (portName.test(upper) && !noPortName.test(upper) && /^\d{0,5}$/.test(value)) return { kind: 'port' };
  const numbers = checks.filter((check) => check.kind === 'number');
  if (numbers.length > 0) return { kind: 'number', whole: numbers.some(({ whole }) => whole) };
  return checks.some(({ kind }) => kind === 'digits') ? { kind: 'number', whole: true } : { kind: 'text' };
}

/** Whether a variable's name says that its value is nobody else's business. */
function isSecret(key: string): boolean {
  const name = key.toUpperCase();
  if (/(^|_)(PW\d*|GSLT|STEAM_ACC)$/.test(name)) return true;
  return /PASS(?!ENGER|ABLE|IVE)|TOKEN|SECRET|(^|_|API|AUTH)KEY(_|\d*$)/.test(name);
}
