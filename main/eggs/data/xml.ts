import { placeOf, TreeError } from './tree.ts';

/** An element of XML, by where it is. */
export interface XmlElement {
  name: string;
  /** Of its opening tag: from `<` to behind `>`. */
  start: number;
  openEnd: number;
  /** Of what is between its tags; both `openEnd` for `<a/>`. */
  contentEnd: number;
  /** Behind its closing tag. */
  end: number;
  selfClosing: boolean;
  children: XmlElement[];
}

const bounds = { depth: 100, elements: 100_000 };

/**
 * Reads the elements of an XML text, without entities, document types and name spaces: nothing is expanded or fetched. Comments,
 * CDATA and instructions are passed over. Linear in the text. Null: there is no element. Throws TreeError where tags don't match.
 */
export function parseXml(text: string): XmlElement | null {
  const open: XmlElement[] = [];
  let root: XmlElement | null = null;
  let count = 0;
  let at = text.indexOf('<');
  while (at >= 0) {
    const skipped = behindSpecial(text, at);
    if (skipped !== null) {
      at = text.indexOf('<', skipped);
      continue;
    }
    const tag = readTag(text, at);
    if (tag.closes) {
      const element = open.pop();
      if (!element || element.name !== tag.name) fail(text, at, `</${tag.name.slice(0, 40)}> closes nothing`);
      element.contentEnd = at;
      element.end = tag.end;
    } else {
      count += 1;
      if (count > bounds.elements || open.length >= bounds.depth)
        fail(text, at, 'it is too large or nested too deeply');
      const element: XmlElement = {
        name: tag.name,
        start: at,
        openEnd: tag.end,
        contentEnd: tag.end,
        end: tag.end,
        selfClosing: tag.selfClosing,
        children: [],
      };
      const parent = open.at(-1);
      if (parent) parent.children.push(element);
      else if (root) fail(text, at, 'there is a second element at the top');
      else root = element;
      if (!tag.selfClosing) open.push(element);
    }
    at = text.indexOf('<', tag.end);
  }
  const left = open.at(-1);
  if (left) fail(text, left.start, `<${left.name.slice(0, 40)}> is not closed`);
  return root;
}

function fail(text: string, at: number, problem: string): never {
  throw new TreeError(`${problem} (${placeOf(text, at)})`);
}

const specials = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/** Behind a comment and the like; null: it is a tag. */
function behindSpecial(text: string, at: number): number | null {
  for (const [begin, close] of specials) {
    if (!text.startsWith(begin, at)) continue;
    const end = text.indexOf(close, at + begin.length);
    return end < 0 ? fail(text, at, `${begin} has no end`) : end + close.length;
  }
  if (!text.startsWith('<!', at)) return null;
  // A document type may have declarations of its own in brackets.
  const close = text.indexOf('>', at);
  const bracket = text.indexOf('[', at);
  if (close < 0) return fail(text, at, '<! has no end');
  if (bracket < 0 || bracket > close) return close + 1;
  const end = /\]\s*>/g;
  end.lastIndex = bracket;
  return end.exec(text) ? end.lastIndex : fail(text, at, '<! has no end');
}

interface Tag {
  name: string;
  end: number;
  closes: boolean;
  selfClosing: boolean;
}

const tagName = /<(\/?)([\p{L}_:][\p{L}\p{N}\p{M}_:.-]*)/uy;

function readTag(text: string, at: number): Tag {
  tagName.lastIndex = at;
  const found = tagName.exec(text);
  if (!found) return fail(text, at, 'there is a < that begins no tag');
  let end = at + found[0].length;
  while (end < text.length && text[end] !== '>') {
    const quote = text[end];
    if (quote === '"' || quote === "'") {
      const close = text.indexOf(quote, end + 1);
      if (close < 0) fail(text, end, 'a value has no end');
      end = close;
    }
    end += 1;
  }
  if (end >= text.length) fail(text, at, 'a tag has no end');
  return { name: found[2] ?? '', end: end + 1, closes: found[1] === '/', selfClosing: text[end - 1] === '/' };
}
