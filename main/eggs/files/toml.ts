import { TreeError } from '../data/tree.ts';
import type { Editor } from './contract.ts';
import { insertLine, linesOf, type TextLine, textOf } from './lines.ts';
import { type Step, stepsOf } from './path.ts';
import { typedValue, type Written, wantedValue } from './wanted.ts';

/** An entry with a single value in one line; others (lists, tables in braces, texts of several lines) can't be set. */
interface TomlEntry {
  at: number;
  path: string;
  head: string;
  kind: 'text' | 'number' | 'boolean' | 'other';
  value: string;
  tail: string;
}

/**
 * TOML: `a.b.c` sets the key c of the table `[a.b]`, `a[1].b` one of the second `[[a]]`. A missing key comes to the end of its table, a missing
 * table to the end of the file.
 */
export const editToml: Editor = (text, replacements) => {
  const lines = linesOf(text);
  const changed: string[] = [];
  const problems: string[] = [];
  for (const replacement of replacements) {
    const steps = stepsOf(replacement.match);
    if (!steps || steps.some(({ kind }) => kind === 'all')) {
      problems.push(`${replacement.match}: that is no place in TOML`);
      continue;
    }
    const path = pathOf(steps);
    const entry = tomlEntries(lines).find((found) => found.path === path);
    const line = entry && lines[entry.at];
    if (entry?.kind === 'other') problems.push(`${replacement.match}: there is no single value in its place`);
    else if (entry && line) {
      const wanted = wantedValue(replacement, entry.value);
      const written = wanted === undefined ? null : typedValue(wanted, entry.kind);
      if (!written || (written.text === entry.value && (written.kind === 'text') === (entry.kind === 'text')))
        continue;
      lines[entry.at] = { ...line, text: entry.head + wordOf(written) + entry.tail };
      changed.push(replacement.match);
    } else {
      const wanted = wantedValue(replacement, undefined);
      if (wanted === undefined) continue;
      if (add(lines, steps, typedValue(wanted, undefined))) changed.push(replacement.match);
      else problems.push(`${replacement.match}: it can’t be made there`);
    }
  }
  return { text: textOf(lines), changed, problems };
};

const pathOf = (steps: readonly Step[]): string =>
  JSON.stringify(
    steps.map((step) => (step.kind === 'name' ? step.name : step.kind === 'index' ? step.index : '*')),
  );

const wordOf = ({ kind, text }: Written): string => (kind === 'text' ? JSON.stringify(text) : text);

const bare = /^[A-Za-z0-9_-]+$/;
const keyOf = (name: string): string => (bare.test(name) ? name : JSON.stringify(name));

const dotted =
  /^\s*((?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'))*)\s*/;

function namesOf(key: string): string[] {
  return [...key.matchAll(/[A-Za-z0-9_-]+|"((?:[^"\\]|\\.)*)"|'([^']*)'/g)].map(
    ([all, double, single]) => double ?? single ?? all,
  );
}

interface Table {
  /** Its path, with places in lists of tables. */
  path: (string | number)[];
  isHeader: boolean;
}

/** For each line the table that it is in; null within a value of several lines. */
function tablesOf(lines: readonly TextLine[]): (Table | null)[] {
  const counts = new Map<string, number>();
  let path: (string | number)[] = [];
  let inside: string | null = null;
  let depth = 0;
  const tables = lines.map(({ text }): Table | null => {
    if (inside !== null) {
      if (text.includes(inside)) inside = null;
      return null;
    }
    if (depth > 0) {
      depth += balance(text);
      return null;
    }
    const header = headerOf(text);
    if (header) {
      const { names, isList } = header;
      const name = JSON.stringify(names);
      if (isList) counts.set(name, (counts.get(name) ?? -1) + 1);
      path = names.flatMap((part, at) => {
        const count = counts.get(JSON.stringify(names.slice(0, at + 1)));
        return count === undefined ? [part] : [part, count];
      });
      return { path, isHeader: true };
    }
    const value = text.slice(text.indexOf('=') + 1);
    const quotes = /"""|'''/.exec(value)?.[0];
    if (quotes && value.split(quotes).length === 2) inside = quotes;
    else if (/^\s*[[{]/.test(value) && text.includes('=')) depth = Math.max(0, balance(value));
    return { path, isHeader: false };
  });
  if (inside !== null || depth > 0) throw new TreeError('a value has no end');
  return tables;
}

function headerOf(line: string): { names: string[]; isList: boolean } | null {
  const open = /^\s*\[\[?/.exec(line)?.[0];
  if (open === undefined) return null;
  const key = dotted.exec(line.slice(open.length));
  const isList = open.endsWith('[[');
  const rest = line.slice(open.length + (key?.[0].length ?? 0));
  const isEnd = isList ? /^\]\]\s*(#.*)?$/.test(rest) : /^\]\s*(#.*)?$/.test(rest);
  return key && isEnd ? { names: namesOf(key[1] ?? ''), isList } : null;
}

/** How many brackets a line leaves open; what is in quotes doesn't count. */
function balance(text: string): number {
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|'[^']*'|#.*$/g, '');
  return plain.replace(/[^[{]/g, '').length - plain.replace(/[^\]}]/g, '').length;
}

export function tomlEntries(lines: readonly TextLine[]): TomlEntry[] {
  const tables = tablesOf(lines);
  return lines.flatMap(({ text }, at) => {
    const table = tables[at];
    const key = table && !table.isHeader ? dotted.exec(text) : null;
    if (!table || !key || text[key[0].length] !== '=') return [];
    const head = key[0] + (/^=[ \t]*/.exec(text.slice(key[0].length))?.[0] ?? '');
    const path = JSON.stringify([...table.path, ...namesOf(key[1] ?? '')]);
    return [{ at, path, head, ...wordIn(text.slice(head.length)) }];
  });
}

function wordIn(text: string): Pick<TomlEntry, 'kind' | 'value' | 'tail'> {
  const found = /^("(?:[^"\\]|\\.)*"(?!")|'[^']*'(?!')|true|false|[+-]?\d[\d_.eE+-]*)(\s*(?:#.*)?)$/.exec(
    text,
  );
  const [, word = '', tail = ''] = found ?? [];
  if (!found) return { kind: 'other', value: '', tail: '' };
  if (word.startsWith("'")) return { kind: 'text', value: word.slice(1, -1), tail };
  if (word.startsWith('"')) return { kind: 'text', value: unquoted(word), tail };
  return { kind: word === 'true' || word === 'false' ? 'boolean' : 'number', value: word, tail };
}

function unquoted(word: string): string {
  try {
    return String(JSON.parse(word));
  } catch {
    return word.slice(1, -1);
  }
}

/** False where a list of tables would have to be made. */
function add(lines: TextLine[], steps: readonly Step[], written: Written): boolean {
  const path = steps.map((step) =>
    step.kind === 'name' ? step.name : step.kind === 'index' ? step.index : '*',
  );
  const key = path.at(-1);
  if (typeof key !== 'string') return false;
  const parent = JSON.stringify(path.slice(0, -1));
  const line = `${keyOf(key)} = ${wordOf(written)}`;
  let place = path.length === 1 ? 0 : -1;
  for (const [at, table] of tablesOf(lines).entries())
    if (
      (table === null && place === at) ||
      (table && JSON.stringify(table.path) === parent && lines[at]?.text.trim() !== '')
    )
      place = at + 1;
  if (place >= 0) {
    insertLine(lines, place, line);
    return true;
  }
  if (path.some((part) => typeof part === 'number')) return false;
  if (lines.length > 0 && lines.at(-1)?.text.trim() !== '') insertLine(lines, lines.length, '');
  insertLine(
    lines,
    lines.length,
    `[${path
      .slice(0, -1)
      .map((part) => keyOf(String(part)))
      .join('.')}]`,
  );
  insertLine(lines, lines.length, line);
  return true;
}
