import type { ConfigSetting, SettingParser } from '../../shared/model/config-setting.ts';
import type { ConfigReplacement } from '../../shared/model/egg.ts';
import { scalarText, type TreeNode } from './data/tree.ts';
import { parseXml, type XmlElement } from './data/xml.ts';
import { iniEntries } from './files/ini.ts';
import { jsonFormat } from './files/json.ts';
import { linesOf } from './files/lines.ts';
import { propertiesEntries } from './files/properties.ts';
import { tomlEntries } from './files/toml.ts';
import { plainText } from './files/xml.ts';
import { yamlFormat } from './files/yaml.ts';

/** Most settings of a file that are told, and characters of one that are. */
const bounds = { settings: 2000, value: 32_768, help: 400 };

/** `leftOut`: values that have no place of their own (E5), are too long, or too many. */
export interface ReadConfig {
  settings: ConfigSetting[];
  leftOut: number;
}

/** A value and where it is: the line that it begins in, from 0. */
interface Found {
  match: string | null;
  value: string;
  kind: ConfigSetting['kind'];
  line: number;
}

/** E12: what a configuration file is set to, in its order. Throws TreeError where the text is not of that format. Pure. */
export function readConfig(parser: SettingParser, text: string): ReadConfig {
  const found = readers[parser](text);
  const counts = new Map<string | null, number>();
  for (const { match } of found) counts.set(match, (counts.get(match) ?? 0) + 1);
  const lines = text.split('\n');
  const settings: ConfigSetting[] = [];
  let last = -1;
  for (const { match, value, kind, line } of found) {
    // A place that stands for several values sets all of them.
    if (match === null || counts.get(match) !== 1 || value.length > bounds.value) continue;
    if (settings.length >= bounds.settings) break;
    // Of several in a line the comment is the first one's.
    settings.push({ match, value, kind, help: line === last ? '' : helpAbove(lines, line) });
    last = line;
  }
  return { settings, leftOut: found.length - settings.length };
}

/** What a place of `readConfig` is set by: in a file of lines the whole line becomes the value (E5), so its beginning is kept. Pure. */
export const replacementFor = (
  parser: SettingParser,
  { match, value }: { match: string; value: string },
): ConfigReplacement => ({ match, value: parser === 'file' ? `${match}${value}` : value, when: [] });

/** A name, what stands between, and a value: `hostname "x"`, `sv_port=1`, `set name x`, `Name: x`. */
const namedLine = /^(\s*(?:set[asu]?\s+)?[\w.[\]/-]+(?:\s*[=:]\s*|\s+))(.*)$/;
const commentLine = /^\s*([#;]|\/\/|$)/;

/** The lines of a file in whatever language: how each begins, up to its value. */
const lineEntries = (text: string): Found[] =>
  linesOf(text).flatMap(({ text: line }, at) => {
    if (commentLine.test(line)) return [];
    const [, match = null, value = ''] = namedLine.exec(line) ?? [];
    return [{ match, value, kind: kindOf(value), line: at }];
  });

const readers: Readonly<Record<SettingParser, (text: string) => Found[]>> = {
  file: lineEntries,
  properties: (text) =>
    propertiesEntries(linesOf(text)).map(({ key, value, from }) => ({
      match: key,
      value,
      kind: kindOf(value),
      line: from,
    })),
  ini: (text) =>
    iniEntries(linesOf(text)).map(({ section, key, value, at }) => ({
      match: iniPlace(section, key),
      value,
      kind: kindOf(value),
      line: at,
    })),
  toml: (text) =>
    tomlEntries(linesOf(text)).flatMap(({ path, kind, value, at }) =>
      kind === 'other' ? [] : [{ match: placeOf(JSON.parse(path)), value, kind, line: at }],
    ),
  json: (text) => (text.trim() === '' ? [] : fromTree(jsonFormat.parse(text), text)),
  yaml: (text) => fromTree(yamlFormat.parse(text), text),
  xml(text) {
    const root = parseXml(text);
    return root ? fromElement(root, [root.name], text, lineCounter(text)) : [];
  },
};

const kindOf = (value: string): ConfigSetting['kind'] =>
  /^(true|false)$/i.test(value) ? 'boolean' : /^-?\d+(\.\d+)?$/.test(value) ? 'number' : 'text';

/** Null where the way that places are written can't name it. */
function iniPlace(section: string, key: string): string | null {
  if (section.includes(']')) return null;
  if (section === '') return key.includes('.') || key.startsWith('[') ? null : key;
  return section.includes('.') || section.startsWith('[') ? `[${section}].${key}` : `${section}.${key}`;
}

/** Names and places as one text; null where a name could be taken for something else. */
function placeOf(path: unknown): string | null {
  if (!Array.isArray(path)) return null;
  let place = '';
  for (const [at, step] of path.entries()) {
    if (typeof step === 'number') {
      place += `[${step}]`;
      continue;
    }
    if (typeof step !== 'string' || step === '' || step === '*' || /[.[\]]/.test(step)) return null;
    place += at === 0 ? step : `.${step}`;
  }
  return place;
}

function fromTree(root: TreeNode, text: string): Found[] {
  const found: Found[] = [];
  const lineAt = lineCounter(text);
  const walk = (node: TreeNode, path: readonly (string | number)[]): void => {
    if (node.kind === 'map') for (const { key, node: inner } of node.entries) walk(inner, [...path, key]);
    else if (node.kind === 'list') for (const [at, item] of node.items.entries()) walk(item, [...path, at]);
    else if (node.kind === 'text' || node.kind === 'number' || node.kind === 'boolean')
      found.push({
        match: placeOf(path),
        value: scalarText(node) ?? '',
        kind: node.kind,
        line: lineAt(node.start),
      });
  };
  walk(root, []);
  return found;
}

function fromElement(
  element: XmlElement,
  path: readonly string[],
  text: string,
  lineAt: (offset: number) => number,
): Found[] {
  if (element.children.length > 0)
    return element.children.flatMap((child) => fromElement(child, [...path, child.name], text, lineAt));
  const value = plainText(text.slice(element.openEnd, element.contentEnd));
  const match = path.some((name) => name.includes('.')) ? null : path.join('.');
  return value === undefined || value.startsWith('[')
    ? []
    : [{ match, value, kind: kindOf(value), line: lineAt(element.start) }];
}

/** The line of an offset; asked in order, so that a long text is gone through once. */
function lineCounter(text: string): (offset: number) => number {
  let at = 0;
  let line = 0;
  return (offset) => {
    for (let feed = text.indexOf('\n', at); feed >= 0 && feed < offset; feed = text.indexOf('\n', at)) {
      line += 1;
      at = feed + 1;
    }
    return line;
  };
}

/** The comment right above a line, without its marks. */
function helpAbove(lines: readonly string[], line: number): string {
  const found: string[] = [];
  for (let at = line - 1; at >= 0 && found.length < 8; at -= 1) {
    const comment = /^\s*(?:#+|;+|\/\/+|<!--)\s?(.*?)\s*(?:-->)?\s*$/.exec(lines[at] ?? '');
    if (!comment || /^[-=#*\s]*$/.test(comment[1] ?? '')) break;
    found.unshift(comment[1] ?? '');
  }
  return found.join('\n').slice(0, bounds.help);
}
