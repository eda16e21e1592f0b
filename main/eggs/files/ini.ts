import type { Editor } from './contract.ts';
import { insertLine, linesOf, type TextLine, textOf } from './lines.ts';
import { scalarOf } from './scalar.ts';
import { wantedValue } from './wanted.ts';

interface IniEntry {
  at: number;
  section: string;
  key: string;
  head: string;
  value: string;
}

/**
 * INI files: `section.key` sets a key of a section, `key` one of before the first section; in brackets, dots don't count
 * (`[/Script/Game.Session].Key`). A key that stands several times is set in all places; a missing one comes to the end of its
 * section, a missing section to the end of the file. The file's own way to write `=` is kept. Sections and keys are compared exactly.
 */
export const editIni: Editor = (text, replacements) => {
  const lines = linesOf(text);
  const changed: string[] = [];
  for (const replacement of replacements) {
    const [section, key] = placeOf(replacement.match);
    const all = iniEntries(lines);
    const entries = all.filter((entry) => entry.section === section && entry.key === key);
    let isChanged = false;
    for (const { at, head, value } of entries) {
      const wanted = wantedValue(replacement, value);
      const line = lines[at];
      if (wanted === undefined || !line || oneLine(scalarOf(wanted)) === value) continue;
      lines[at] = { ...line, text: head + oneLine(scalarOf(wanted)) };
      isChanged = true;
    }
    const missing = entries.length === 0 ? wantedValue(replacement, undefined) : undefined;
    if (missing !== undefined)
      add(lines, { section, key, value: oneLine(scalarOf(missing)), style: styleOf(all) });
    if (isChanged || missing !== undefined) changed.push(replacement.match);
  }
  return { text: textOf(lines), changed, problems: [] };
};

/** A line break would begin another entry; blanks at the ends are nobody's value. */
const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ').trim();

function placeOf(match: string): [string, string] {
  const bracketed = /^\[([^\]]*)\]\.(.+)$/s.exec(match);
  if (bracketed) return [bracketed[1] ?? '', bracketed[2] ?? ''];
  const dot = match.indexOf('.');
  return dot < 0 ? ['', match] : [match.slice(0, dot), match.slice(dot + 1)];
}

/** The name of the section that begins with a line; null: none does. */
function sectionOf(line: string): string | null {
  const text = line.replace(/^\uFEFF/, '').trim();
  const close = text.startsWith('[') ? text.lastIndexOf(']') : -1;
  if (close < 0 || !/^\s*($|[;#])/.test(text.slice(close + 1))) return null;
  return text.slice(1, close).trim();
}

/** All keys, with their sections. */
export function iniEntries(lines: readonly TextLine[]): IniEntry[] {
  const entries: IniEntry[] = [];
  let section = '';
  for (const [at, { text }] of lines.entries()) {
    const found = sectionOf(text);
    if (found !== null) {
      section = found;
      continue;
    }
    const key = /^\uFEFF?\s*([^\s=:;#[][^=:]*)[=:][ \t]*/.exec(text);
    const [head = '', name = ''] = key ?? [];
    if (key) entries.push({ at, section, key: name.trim(), head, value: text.slice(head.length).trimEnd() });
  }
  return entries;
}

/** What stands between key and value in this file. */
function styleOf(entries: readonly IniEntry[]): string {
  const heads = entries.map(({ head, key }) => head.trimStart().slice(key.length));
  return heads.find((separator) => /^ ?= ?$/.test(separator)) ?? ' = ';
}

function add(
  lines: TextLine[],
  { section, key, value, style }: { section: string; key: string; value: string; style: string },
): void {
  let current = '';
  /** Behind the last line of the section that says something. */
  let place = section === '' ? 0 : -1;
  for (const [at, { text }] of lines.entries()) {
    const found = sectionOf(text);
    current = found ?? current;
    if (current === section && text.trim() !== '' && (found === null || section !== '')) place = at + 1;
  }
  if (place < 0) {
    if (lines.length > 0 && lines.at(-1)?.text.trim() !== '') insertLine(lines, lines.length, '');
    insertLine(lines, lines.length, `[${section}]`);
    place = lines.length;
  }
  insertLine(lines, place, `${key}${style}${value}`.trimEnd());
}
