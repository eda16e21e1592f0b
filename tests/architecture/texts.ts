import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { everyNode, isNode, type Node, nameOf, syntaxOf, textOf } from './syntax.ts';

export type Messages = Readonly<Record<string, string>>;

/** A file of texts by key. Throws on what is none. */
export function readMessages(root: string, file: string): Messages {
  const read: unknown = JSON.parse(readFileSync(join(root, file), 'utf8'));
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    throw new Error(`${file} has no texts`);
  return Object.fromEntries(
    Object.entries(read).map(([key, text]) => {
      if (typeof text !== 'string') throw new Error(`${file}: ${key} is no text`);
      return [key, text];
    }),
  );
}

/** Where texts are: in the page, and around its window. */
export const textFolders = ['renderer', 'main/desktop'];

/** All files of texts, in all languages, by their paths with /. */
export const messageFiles = (root: string): string[] =>
  textFolders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
        (path) => `${folder}/${path.replaceAll(sep, '/')}`,
      ),
    )
    .filter((path) => /(^|\/)texts\/[^/]+\.json$/.test(path))
    .sort();

/** `renderer/features/shell/texts/strings.de.json` to its room and language. */
export function placeOf(file: string): { room: string; language: string } {
  const match = /^(?:renderer\/)?(?:(.+)\/)?texts\/([^/]+)\.(\w+)\.json$/.exec(file);
  if (!match) throw new Error(`${file} stands in no texts/`);
  const [, folder, name = '', language = ''] = match;
  return { room: folder === undefined ? name : `${folder}/${name}`, language };
}

/** Kinds of arguments, by the numbers that the parser has for them. */
const kinds: Readonly<Record<number, string>> = {
  1: 'plain',
  2: 'number',
  3: 'date',
  4: 'time',
  5: 'select',
  6: 'plural',
};
type Elements = ReturnType<IntlMessageFormat['getAst']>;

/** A message's arguments with how they are used. Throws a SyntaxError on what is no message. */
export function argumentsOf(message: string, locale = 'en'): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const collect = (elements: Elements): void => {
    for (const element of elements) {
      const kind = kinds[element.type];
      if (kind !== undefined && 'value' in element)
        found.set(element.value, (found.get(element.value) ?? new Set()).add(kind));
      if ('options' in element) for (const { value } of Object.values(element.options)) collect(value);
    }
  };
  collect(new IntlMessageFormat(message, locale, undefined, { ignoreTag: true }).getAst());
  return found;
}

/** Uses that make a number of what is given: not for what the English text shows as it is, which may be a word. */
const needsKind = ['number', 'date', 'time'];

/** What is wrong with a translation beside its English text, in words; null if nothing is. */
export function translationProblem(english: string, translated: string, language: string): string | null {
  try {
    const own = argumentsOf(translated, language);
    const wanted = argumentsOf(english);
    for (const name of wanted.keys()) if (!own.has(name)) return `lacks {${name}}`;
    for (const [name, uses] of own) {
      const known = wanted.get(name);
      if (!known) return `has {${name}}, which is not given`;
      const odd = [...uses].find(
        (kind) => needsKind.includes(kind) && !known.has(kind) && !(kind === 'number' && known.has('plural')),
      );
      if (odd) return `uses {${name}} as ${odd}`;
    }
    return null;
  } catch (error) {
    return `is no message: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Where a file takes its texts from, and which of them. */
export interface TextUse {
  room: string;
  /** The file of its English texts, as imported. */
  english: string;
  calls: { key: string | null; given: string[] | null; at: string }[];
}

/** Keys that an expression can be: a literal, or a choice between some; null for what is worked out. */
function keysOf(node: unknown): (string | null)[] {
  if (isNode(node) && node.type === 'ConditionalExpression')
    return [...keysOf(node.consequent), ...keysOf(node.alternate)];
  return [textOf(node)];
}

/** Names of the values that are given; null if that can't be read here. */
function givenNames(values: unknown): string[] | null {
  if (values === undefined) return [];
  if (!isNode(values) || values.type !== 'ObjectExpression' || !Array.isArray(values.properties)) return null;
  const properties = values.properties.filter(isNode);
  return properties.every(({ type }) => type === 'Property')
    ? properties.map(({ key }) => nameOf(key))
    : null;
}

const calledName = (node: Node): string => (node.type === 'CallExpression' ? nameOf(node.callee) : '');
const given = (node: Node): unknown[] => (Array.isArray(node.arguments) ? node.arguments : []);

/** What a file of the page takes from its message file; null if it has none. */
export function textUse(file: string, text: string): TextUse | null {
  if (!text.includes('textsOf(')) return null;
  const nodes = [...everyNode(syntaxOf(file, text))].map(([node]) => node);
  const bound = nodes.find(
    (node) => node.type === 'VariableDeclarator' && isNode(node.init) && calledName(node.init) === 'textsOf',
  );
  if (!bound || !isNode(bound.init)) return null;
  const [room, english] = given(bound.init);
  const source = nodes.find(
    (node) =>
      node.type === 'ImportDeclaration' &&
      Array.isArray(node.specifiers) &&
      node.specifiers.some((one) => isNode(one) && nameOf(one.local) === nameOf(english)),
  );
  const t = nameOf(bound.id);
  const calls = nodes
    .filter((node) => calledName(node) === t)
    .flatMap((node) => {
      const [key, values] = given(node);
      return keysOf(key).map((one) => ({
        key: one,
        given: givenNames(values),
        at: text.slice(node.start, node.end),
      }));
    });
  return { room: textOf(room) ?? '', english: textOf(source?.source) ?? '', calls };
}

/** What is wrong with how a file uses its texts, in words. */
export function problemsOfUse(file: string, use: TextUse, english: Messages): string[] {
  const used = new Set(use.calls.map(({ key }) => key));
  const wrong = use.calls.flatMap(({ key, given, at }) => {
    if (key === null || given === null)
      return [`${file}: ${at} can't be read: keys and values stand there as they are`];
    const message = english[key];
    if (message === undefined) return [`${file}: ${at} names no text`];
    const wanted = [...argumentsOf(message).keys()].sort();
    return wanted.join() === [...given].sort().join()
      ? []
      : [
          `${file}: ${at} gives ${given.join(', ') || 'nothing'}; its text has ${wanted.join(', ') || 'none'}`,
        ];
  });
  const idle = Object.keys(english).filter((key) => !used.has(key));
  return [...wrong, ...idle.map((key) => `${file}: nothing uses the text ${key}`)];
}
