import { parseXml, type XmlElement } from '../data/xml.ts';
import type { Editor } from './contract.ts';
import { breakOf } from './edit-tree.ts';
import { scalarOf } from './scalar.ts';

/**
 * XML: sets the text of all elements at a path (`Root.A.B`, `*` is any child), or with a value like `[attr='v']` an attribute. What is missing is made, but
 * not behind a `*`. Declaration, comments and everything else stay.
 */
export const editXml: Editor = (given, replacements) => {
  let text = given;
  const changed: string[] = [];
  const problems: string[] = [];
  for (const { match, value } of replacements) {
    if (value === null) continue;
    const next = setPath(text, match, scalarOf(value));
    if (next === null) problems.push(`${match}: the file's root element has another name`);
    else if (next !== text) {
      text = next;
      changed.push(match);
    }
  }
  return { text, changed, problems };
};

const nameLike = /^[\p{L}_:][\p{L}\p{N}\p{M}_:.-]*$/u;

/** The text with that set; null where it can't be. */
function setPath(text: string, match: string, value: string): string | null {
  const names = match.split('.').slice(0, 32);
  if (names.some((name) => name !== '*' && !nameLike.test(name))) return text;
  const root = parseXml(text);
  const [first = '', ...rest] = names;
  if (!root)
    return names.includes('*')
      ? text
      : `${text}${text === '' || text.endsWith('\n') ? '' : breakOf(text)}${elements(names, value, '', breakOf(text))}${breakOf(text)}`;
  if (first !== '*' && root.name !== first) return null;
  let found = [root];
  for (const [at, name] of rest.entries()) {
    const next = found.flatMap(({ children }) =>
      children.filter((child) => name === '*' || child.name === name),
    );
    const parent = found[0];
    if (next.length === 0)
      return parent && !rest.slice(at).includes('*')
        ? addTo(text, parent, elements(rest.slice(at), value, childIndent(text, parent), breakOf(text)))
        : text;
    found = next;
  }
  return found.toReversed().reduce((done, element) => setElement(done, element, value), text);
}

/** `[name='value']` or `[name="value"]`. */
const attribute = /^\[\s*([\p{L}_:][\p{L}\p{N}_:.-]*)\s*=\s*(?:'([^']*)'|"([^"]*)")\s*\]$/u;

function setElement(text: string, element: XmlElement, value: string): string {
  const named = attribute.exec(value);
  if (named) return setAttribute(text, element, named[1] ?? '', named[2] ?? named[3] ?? '');
  const { start, openEnd, contentEnd, end, selfClosing, name, children } = element;
  if (selfClosing) {
    if (value === '') return text;
    const open = text.slice(start, openEnd).replace(/\s*\/>$/, '>');
    return `${text.slice(0, start)}${open}${escaped(value)}</${name}>${text.slice(end)}`;
  }
  // Of an element with others in it, the text in front of them is its own.
  const until = children[0]?.start ?? contentEnd;
  const old = text.slice(openEnd, until);
  if (plainText(old) === value || (children.length > 0 && value === '')) return text;
  if (children.length > 0)
    return text.slice(0, openEnd) + escaped(value) + (/\s*$/.exec(old)?.[0] ?? '') + text.slice(until);
  return text.slice(0, openEnd) + escaped(value) + text.slice(until);
}

/** What a content says, where it is text alone; undefined for comments and the like in it. */
export function plainText(content: string): string | undefined {
  const cdata = /^<!\[CDATA\[([^\]]*)\]\]>$/.exec(content);
  if (cdata) return cdata[1];
  if (content.includes('<')) return undefined;
  return content.replace(/&(lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});/g, (all, name: string) => {
    if (!name.startsWith('#')) return entities[name] ?? all;
    const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Characters that XML can't have are left out. */
const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r -\uFFFD]/g, (character) => (/[\uD800-\uDFFF]/.test(character) ? character : ''))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

function setAttribute(text: string, { start, openEnd }: XmlElement, name: string, value: string): string {
  const open = text.slice(start, openEnd);
  const written = `"${escaped(value).replaceAll('"', '&quot;')}"`;
  for (const found of open.matchAll(/\s([^\s=/>"']+)\s*=\s*("[^"]*"|'[^']*')/g)) {
    if (found[1] !== name) continue;
    const at = start + found.index + found[0].length - (found[2]?.length ?? 0);
    return text.slice(0, at) + written + text.slice(start + found.index + found[0].length);
  }
  const at = start + (/\s*\/?>$/.exec(open)?.index ?? open.length - 1);
  return `${text.slice(0, at)} ${name}=${written}${text.slice(at)}`;
}

/** Elements in one another around a value, the first one's indentation left out. */
function elements(names: readonly string[], value: string, indent: string, eol: string): string {
  const [name = '', ...rest] = names;
  if (rest.length > 0)
    return `<${name}>${eol}${indent}  ${elements(rest, value, `${indent}  `, eol)}${eol}${indent}</${name}>`;
  const named = attribute.exec(value);
  if (named)
    return `<${name} ${named[1]}="${escaped(named[2] ?? named[3] ?? '').replaceAll('"', '&quot;')}"/>`;
  return `<${name}>${escaped(value)}</${name}>`;
}

const lineIndent = (text: string, at: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1, at))?.[0] ?? '';

const childIndent = (text: string, { start, children }: XmlElement): string =>
  children[0] ? lineIndent(text, children[0].start) : `${lineIndent(text, start)}  `;

/** Behind the last child, in the children's indentation. */
function addTo(text: string, parent: XmlElement, made: string): string {
  const eol = breakOf(text);
  const line = `${eol}${childIndent(text, parent)}${made}`;
  if (parent.selfClosing) {
    const open = text.slice(parent.start, parent.openEnd).replace(/\s*\/>$/, '>');
    return `${text.slice(0, parent.start)}${open}${line}${eol}${lineIndent(text, parent.start)}</${parent.name}>${text.slice(parent.end)}`;
  }
  const last = parent.children.at(-1);
  if (last) return text.slice(0, last.end) + line + text.slice(last.end);
  const content = text.slice(parent.openEnd, parent.contentEnd);
  const kept = content.trim() === '' ? '' : content.trimEnd();
  return `${text.slice(0, parent.openEnd)}${kept}${line}${eol}${lineIndent(text, parent.start)}${text.slice(parent.contentEnd)}`;
}
