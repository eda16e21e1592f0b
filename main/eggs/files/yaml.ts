import { stringify } from 'yaml';
import type { TreeBounds, TreeNode } from '../data/tree.ts';
import { parseYaml } from '../data/yaml.ts';
import type { Editor } from './contract.ts';
import { breakOf, type Edit, editTree, indentOf, type TreeFormat } from './edit-tree.ts';
import type { Step } from './path.ts';
import type { Written } from './wanted.ts';

/** A large configuration of a plug-in has some 10,000 values. */
const bounds: TreeBounds = { depth: 64, nodes: 40_000 };
const unit = '  ';

/**
 * YAML: only the values that are set change; comments, order, quotes and all other lines stay as they are. What is new comes behind the
 * last entry of its map or list.
 */
export const editYaml: Editor = (text, replacements) => editTree(yamlFormat, text, replacements);

export const yamlFormat: TreeFormat = {
  parse: (text) => parseYaml(text, bounds, 'opaque'),
  replace(text, { node: { start, end }, inFlow }, written) {
    const old = text.slice(start, end);
    // A null that nobody wrote stands right behind its colon or dash.
    const blank = old === '' && /[:-]/.test(text[start - 1] ?? '') ? ' ' : '';
    const rest = old.endsWith('\n') ? breakOf(text) : '';
    return [{ start, end, text: blank + wordOf(written, { old, inFlow }) + rest }];
  },
  insert(text, { container, rest, owner, inFlow }, written) {
    const eol = breakOf(text);
    if (container.kind === 'null') return inNull(text, { container, rest, owner, inFlow }, written);
    if (container.kind !== 'map' && container.kind !== 'list') return null;
    if (inFlow) return inBrackets(container, rest, written);
    const starts =
      container.kind === 'map'
        ? container.entries.map(({ start }) => start)
        : container.items.map(({ start }) => start);
    const first = starts[0];
    if (first === undefined) return null;
    const column = container.kind === 'map' ? keyStart(text, first) : text.lastIndexOf('-', first - 1);
    const lines = linesFor(rest, written, indentOf(text, column));
    return lines === null ? null : [linesBehind(text, endOf(container), lines, eol)];
  },
};

interface MissingInNull {
  container: TreeNode;
  rest: Step[];
  owner: number | null;
  inFlow: boolean;
}

/** An empty file, or a name with nothing behind it. */
function inNull(
  text: string,
  { container, rest, owner, inFlow }: MissingInNull,
  written: Written,
): Edit[] | null {
  const eol = breakOf(text);
  const isRoot = owner === null && container.start === container.end;
  if (isRoot) {
    const lines = linesFor(rest, written, '');
    return lines === null ? null : [linesBehind(text, text.length, lines, eol)];
  }
  if (owner === null) return null;
  if (inFlow) {
    const value = flowValue(rest, written);
    return value === null ? null : [{ start: container.start, end: container.end, text: ` ${value}` }];
  }
  const lines = linesFor(rest, written, indentOf(text, keyStart(text, owner)) + unit);
  if (lines === null) return null;
  const nothing =
    container.start === container.end ? [] : [{ start: container.start, end: container.end, text: '' }];
  return [...nothing, linesBehind(text, container.end, lines, eol)];
}

function inBrackets(container: TreeNode, rest: readonly Step[], written: Written): Edit[] | null {
  if (container.kind !== 'map' && container.kind !== 'list') return null;
  const [step, ...deeper] = rest;
  const value = flowValue(deeper, written);
  if (!step || value === null || step.kind === 'all') return null;
  const entry = step.kind === 'name' ? `${keyOf(step.name)}: ${value}` : value;
  const last = container.kind === 'map' ? container.entries.at(-1)?.node : container.items.at(-1);
  return last
    ? [{ start: last.end, end: last.end, text: `, ${entry}` }]
    : [
        {
          start: container.start,
          end: container.end,
          text: container.kind === 'map' ? `{ ${entry} }` : `[${entry}]`,
        },
      ];
}

/** Where a key begins that stands at `start`, with its anchor, its tag and its question mark: its map has that column. */
function keyStart(text: string, start: number): number {
  let at = start;
  for (;;) {
    let end = at;
    while (isBlank(text[end - 1])) end -= 1;
    let begin = end;
    while (begin > 0 && !isBlank(text[begin - 1]) && text[begin - 1] !== '\n') begin -= 1;
    const isOfKey = end < at && (/^[&!]/.test(text[begin] ?? '') || text.slice(begin, end) === '?');
    if (!isOfKey || begin === end) return at;
    at = begin;
  }
}

const isBlank = (character: string | undefined): boolean => character === ' ' || character === '\t';

/** Where the last thing in a node ends: a map's own end is behind the comments that follow it. */
function endOf(node: TreeNode): number {
  const last =
    node.kind === 'map' ? node.entries.at(-1)?.node : node.kind === 'list' ? node.items.at(-1) : undefined;
  return last && 'flow' in node && !node.flow ? Math.max(endOf(last), last.start) : node.end;
}

/** Whole lines behind the line in which an offset is. */
function linesBehind(text: string, offset: number, lines: readonly string[], eol: string): Edit {
  const isAtStart = offset === 0 || text[offset - 1] === '\n';
  const feed = text.indexOf('\n', offset);
  const place = isAtStart ? offset : feed < 0 ? text.length : feed + 1;
  const missing = place > 0 && text[place - 1] !== '\n' ? eol : '';
  return { start: place, end: place, text: missing + lines.map((line) => line + eol).join('') };
}

/** Maps and lists around a value, as lines. Null: a list can't begin with that place. */
function linesFor(steps: readonly Step[], written: Written, indent: string): string[] | null {
  const [step, ...rest] = steps;
  if (!step || step.kind === 'all') return null;
  const isLast = rest.length === 0;
  if (step.kind === 'name') {
    const name = `${indent}${keyOf(step.name)}:`;
    if (isLast) return [`${name} ${wordOf(written, { old: '', inFlow: false })}`];
    const isList = rest[0]?.kind === 'index';
    if (isList && rest[0]?.kind === 'index' && rest[0].index !== 0) return null;
    const inner = linesFor(rest, written, indent + unit);
    return inner && [name, ...inner];
  }
  if (isLast) return [`${indent}- ${wordOf(written, { old: '', inFlow: false })}`];
  const inner = linesFor(rest, written, `${indent}${unit}`);
  const [first = '', ...more] = inner ?? [];
  return inner && [`${indent}- ${first.slice(indent.length + unit.length)}`, ...more];
}

function flowValue(steps: readonly Step[], written: Written): string | null {
  const [step, ...rest] = steps;
  if (!step) return wordOf(written, { old: '', inFlow: true });
  const inner = flowValue(rest, written);
  if (inner === null || step.kind === 'all' || (step.kind === 'index' && step.index !== 0)) return null;
  return step.kind === 'name' ? `{ ${keyOf(step.name)}: ${inner} }` : `[${inner}]`;
}

const keyOf = (name: string): string => textWord(name, '', true);

function wordOf({ kind, text }: Written, { old, inFlow }: { old: string; inFlow: boolean }): string {
  return kind === 'plain' ? text : textWord(text, old, inFlow);
}

/** A text in the quotes that the old one had; without any only where every reader takes it for that text, those of YAML 1.1 as well. */
function textWord(text: string, old: string, inFlow: boolean): string {
  if (old.startsWith('"') || /[\r\n]/.test(text)) return JSON.stringify(text);
  if (old.startsWith("'") && /^[\p{L}\p{N}\p{P}\p{S} ]*$/u.test(text))
    return `'${text.replaceAll("'", "''")}'`;
  const plain = stringify(text, { compat: 'yaml-1.1', lineWidth: 0 }).trimEnd();
  return /[\r\n]/.test(plain) || (inFlow && /[,[\]{}]/.test(plain) && !plain.startsWith('"'))
    ? JSON.stringify(text)
    : plain;
}
