import { compilePattern } from '../../../shared/eggs/pattern.ts';
import {
  type ConfigParser,
  type ConfigReplacement,
  type ConfigValue,
  configParserSchema,
  type EggConfigFile,
} from '../../../shared/model/egg.ts';
import { child, scalarText, type TreeNode } from '../data/tree.ts';
import { quoted } from './notes.ts';
import { type FieldReader, isBlank } from './reader.ts';

/** Most files and places in each, and longest path, place and value in characters. */
const bounds = { files: 64, places: 512, cases: 64, path: 1024, match: 1024, value: 32_768 };

/** The files that are rewritten before each start, and what in them. */
export function readConfigFiles(node: TreeNode | undefined, read: FieldReader): EggConfigFile[] {
  if (isBlank(node)) return [];
  if (node?.kind !== 'map') {
    read.notes.add('not a map', 'Its configuration files are no list of files and were left out.');
    return [];
  }
  if (node.entries.length > bounds.files)
    read.notes.add(
      'too many',
      `It rewrites ${node.entries.length} files; only the first ${bounds.files} were taken.`,
    );
  return node.entries.slice(0, bounds.files).flatMap((entry) => readFile(entry.key, entry.node, read) ?? []);
}

function readFile(written: string, node: TreeNode, read: FieldReader): EggConfigFile | null {
  const leftOut = (why: string): null => {
    read.notes.add('config file', `The configuration file ${quoted(written)} was left out: ${why}.`);
    return null;
  };
  const path = pathOf(written);
  if (path === null) return leftOut('that is no path in the server’s folder');
  if (node.kind !== 'map') return leftOut('nothing is said of it');
  read.unknown(node, `In the configuration file ${quoted(path)}: `, ['parser', 'find', 'create_file']);
  const parser = parserOf(scalarText(child(node, 'parser')) ?? '');
  if (parser === null)
    return leftOut(`its parser ${quoted(scalarText(child(node, 'parser')) ?? '')} is not known`);
  const find = child(node, 'find');
  if (find?.kind !== 'map' || find.entries.length === 0) return leftOut('nothing is to be changed in it');
  if (find.entries.length > bounds.places)
    read.notes.add('too many', `Only the first ${bounds.places} changes to ${quoted(path)} were taken.`);
  const replacements = find.entries
    .slice(0, bounds.places)
    .flatMap(({ key, node: value }) => replacementOf({ match: key, value, path, parser }, read) ?? []);
  return { path, parser, create: read.flag(child(node, 'create_file'), true), find: replacements };
}

/** Below the server's folder, without what says so in front. Null: it leads out of it, or can be no path. */
function pathOf(written: string): string | null {
  const parts = written.split('/').filter((part) => part !== '' && part !== '.');
  const path = parts.join('/');
  if (path === '' || path.length > bounds.path || parts.includes('..') || /\p{Cc}/u.test(path)) return null;
  return path;
}

function parserOf(name: string): ConfigParser | null {
  const lower = name.trim().toLowerCase();
  const parsed = configParserSchema.safeParse(lower === 'yml' ? 'yaml' : lower);
  return parsed.success ? parsed.data : null;
}

interface Place {
  match: string;
  value: TreeNode;
  path: string;
  parser: ConfigParser;
}

function replacementOf({ match, value, path, parser }: Place, read: FieldReader): ConfigReplacement | null {
  const leftOut = (why: string): null => {
    read.notes.add('config place', `The change of ${quoted(match)} in ${quoted(path)} was left out: ${why}.`);
    return null;
  };
  if (match === '' || match.length > bounds.match || match.includes('\0'))
    return leftOut('that can be no place');
  if (value.kind === 'map') {
    if (['file', 'ini', 'xml'].includes(parser))
      return leftOut(`by its present value something can’t be replaced in ${parser}`);
    const when = value.entries
      .slice(0, bounds.cases)
      .flatMap((entry) => caseOf(entry.key, entry.node, read) ?? []);
    return when.length === 0 ? leftOut('it says no value') : { match, value: null, when };
  }
  const plain = valueIn(value);
  if (plain === null) return leftOut('it is no single value');
  if (typeof plain === 'string' && plain.length > bounds.value) return leftOut('its value is too long');
  warnOfPlaceholders(plain, path, read);
  return { match, value: plain, when: [] };
}

function caseOf(
  written: string,
  node: TreeNode,
  read: FieldReader,
): ConfigReplacement['when'][number] | null {
  const value = valueIn(node);
  const pattern = written.startsWith('regex:');
  const equals = pattern ? written.slice('regex:'.length) : written;
  if (value === null || (pattern && compilePattern(equals) === null)) {
    read.notes.add(
      'config case',
      `The case ${quoted(written)} of a configuration file can't be looked for and was left out.`,
    );
    return null;
  }
  return { equals, pattern, value };
}

/** Null for what is no single value. Numbers too large to be exact are text. */
function valueIn(node: TreeNode): ConfigValue | null {
  if (node.kind === 'boolean') return node.value;
  if (node.kind === 'number') {
    const number = Number(node.text);
    return String(number) === node.text ? number : node.text;
  }
  return node.kind === 'null' ? null : (scalarText(node)?.replaceAll('\0', '') ?? null);
}

/** What looks like a placeholder but is none in a file stands there as it is: most likely a slip of the egg. */
function warnOfPlaceholders(value: ConfigValue, path: string, read: FieldReader): void {
  for (const [all, key = ''] of String(value).matchAll(/\{\{\s*([\w.-]*)\s*\}\}/g))
    if (!/^\{\{(server|env|config)\./.test(all))
      read.notes.add(
        'placeholder',
        `${quoted(`{{${key}}}`)} in ${quoted(path)} is no placeholder of a file and stays as it is.`,
      );
}
