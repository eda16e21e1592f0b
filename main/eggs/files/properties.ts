import type { Editor } from './contract.ts';
import { insertLine, linesOf, type TextLine, textOf } from './lines.ts';
import { scalarOf } from './scalar.ts';
import { wantedValue } from './wanted.ts';

/** An entry of Java's properties, over as many lines as it has. */
interface Entry {
  from: number;
  lines: number;
  key: string;
  /** All in front of the value, as it is. */
  head: string;
  value: string;
}

/**
 * Java's properties: sets the value of each key, or adds it at the end. Comments, order, separators and what is not touched stay. What
 * isn't ASCII is written as `\uXXXX`, which every Java reads.
 */
export const editProperties: Editor = (text, replacements) => {
  const lines = linesOf(text);
  const changed: string[] = [];
  for (const replacement of replacements) {
    const entries = propertiesEntries(lines).filter(({ key }) => key === replacement.match);
    let isChanged = false;
    for (const entry of entries.toReversed()) {
      const wanted = wantedValue(replacement, entry.value);
      if (wanted === undefined || scalarOf(wanted) === entry.value) continue;
      const end = lines[entry.from + entry.lines - 1]?.end ?? '';
      lines.splice(entry.from, entry.lines, { text: entry.head + escapeValue(scalarOf(wanted)), end });
      isChanged = true;
    }
    const missing = entries.length === 0 ? wantedValue(replacement, undefined) : undefined;
    if (missing !== undefined) {
      // A backslash at the file's end would make it a part of the entry before.
      if (goesOn(lines.at(-1)?.text ?? '')) insertLine(lines, lines.length, '');
      insertLine(lines, lines.length, `${escapeKey(replacement.match)}=${escapeValue(scalarOf(missing))}`);
    }
    if (isChanged || missing !== undefined) changed.push(replacement.match);
  }
  return { text: textOf(lines), changed, problems: [] };
};

export function propertiesEntries(lines: readonly TextLine[]): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < lines.length; ) {
    const first = lines[at]?.text ?? '';
    const isIdle = /^[ \t\f]*([#!]|$)/.test(at === 0 ? first.replace(/^\uFEFF/, '') : first);
    let count = 1;
    const parts = [first];
    while (!isIdle && goesOn(parts.at(-1) ?? '') && at + count < lines.length) {
      parts.push((lines[at + count]?.text ?? '').replace(/^[ \t\f]+/, ''));
      count += 1;
    }
    const whole = parts.map((part) => (!isIdle && goesOn(part) ? part.slice(0, -1) : part)).join('');
    if (!isIdle) entries.push({ from: at, lines: count, ...splitEntry(whole) });
    at += count;
  }
  return entries;
}

/** Whether a line ends with a backslash that no other one escapes. */
function goesOn(line: string): boolean {
  let count = 0;
  while (line[line.length - 1 - count] === '\\') count += 1;
  return count % 2 === 1;
}

function splitEntry(line: string): { key: string; head: string; value: string } {
  const head = /^\uFEFF?[ \t\f]*((?:\\.|[^\\=: \t\f])*)(?:[ \t\f]*[=:])?[ \t\f]*/.exec(line);
  const all = head?.[0] ?? '';
  // A key alone has no separator to put a value behind.
  const isBare = all.length === line.length && !/[=: \t\f]$/.test(all);
  return {
    key: unescaped(head?.[1] ?? ''),
    head: isBare ? `${all}=` : all,
    value: unescaped(line.slice(all.length)),
  };
}

const escaped: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.?))/gs, (_all, code?: string, letter?: string) =>
    code === undefined
      ? (escaped[letter ?? ''] ?? letter ?? '')
      : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

const unit = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

const controls: Readonly<Record<string, string>> = {
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\f': '\\f',
  '\\': '\\\\',
};

function escapeValue(text: string): string {
  return text
    .replace(/[\\\t\n\r\f]/g, (character) => controls[character] ?? character)
    .replace(/[^ -~]/g, unit)
    .replace(/^ /, '\\ ');
}

const escapeKey = (text: string): string =>
  text
    .replace(/[\\\t\n\r\f]/g, (character) => controls[character] ?? character)
    .replace(/[ =:#!]/g, '\\$&')
    .replace(/[^ -~]/g, unit);
