import { parseJson } from '../data/json.ts';
import type { TreeBounds } from '../data/tree.ts';
import type { Editor } from './contract.ts';
import { breakOf, editTree, indentOf, type TreeFormat } from './edit-tree.ts';
import type { Step } from './path.ts';
import type { Written } from './wanted.ts';

const bounds: TreeBounds = { depth: 100, nodes: 200_000 };
const unit = '  ';

/** JSON, also with comments: only the values that are set change, what is new comes behind the last entry in the file's own indentation. */
export const editJson: Editor = (text, replacements) =>
  editTree(jsonFormat, text.trim() === '' ? '{}\n' : text, replacements);

export const jsonFormat: TreeFormat = {
  parse: (text) => parseJson(text, bounds),
  replace: (_text, { node: { start, end } }, written) => [{ start, end, text: wordOf(written) }],
  insert(text, { container, rest }, written) {
    const [step, ...deeper] = rest;
    const eol = breakOf(text);
    if (container.kind === 'null') {
      const value = valueFor(rest, written, { indent: indentOfLine(text, container.start), eol });
      return value === null ? null : [{ start: container.start, end: container.end, text: value }];
    }
    if (!step || (container.kind !== 'map' && container.kind !== 'list')) return null;
    const last = container.kind === 'map' ? container.entries.at(-1) : undefined;
    const lastNode = container.kind === 'map' ? last?.node : container.items.at(-1);
    const firstStart = container.kind === 'map' ? container.entries[0]?.start : container.items[0]?.start;
    const isSplit = firstStart === undefined || text.slice(container.start, firstStart).includes('\n');
    const indent =
      firstStart === undefined ? indentOfLine(text, container.start) + unit : indentOf(text, firstStart);
    const value = valueFor(deeper, written, { indent, eol });
    if (value === null || (step.kind === 'name') !== (container.kind === 'map')) return null;
    const entry = step.kind === 'name' ? `${JSON.stringify(step.name)}: ${value}` : value;
    if (!lastNode) {
      const inner = `${eol}${indent}${entry}${eol}${indentOfLine(text, container.start)}`;
      return [{ start: container.start + 1, end: container.end - 1, text: inner }];
    }
    if (!isSplit) return [{ start: lastNode.end, end: lastNode.end, text: `, ${entry}` }];
    return behindLast(text, lastNode.end, `${eol}${indent}${entry}`);
  },
};

/** A comma behind the last entry, and the new one in a line of its own: behind a comment that stands in the last one's line. */
function behindLast(text: string, end: number, line: string) {
  const tail = /[ \t]*(,?)[ \t]*((?:\/\/|#)[^\r\n]*|\/\*[^\r\n]*?\*\/[ \t]*)?(?=\r?\n|$)/y;
  tail.lastIndex = end;
  const found = tail.exec(text);
  const hasComma = found?.[1] === ',';
  // A comma behind the last one, as some write it, is then behind the new last one.
  if (!found) return [{ start: end, end, text: `,${line}` }];
  const place = end + found[0].length;
  if (place === end) return [{ start: end, end, text: `,${line}` }];
  return [
    ...(hasComma ? [] : [{ start: end, end, text: ',' }]),
    { start: place, end: place, text: hasComma ? `${line},` : line },
  ];
}

const wordOf = ({ kind, text }: Written): string => (kind === 'text' ? JSON.stringify(text) : text);

const indentOfLine = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))?.[0] ?? '';

/** Maps and lists around a value. Null: a list can't begin with that place. */
function valueFor(
  steps: readonly Step[],
  written: Written,
  { indent, eol }: { indent: string; eol: string },
): string | null {
  const [step, ...rest] = steps;
  if (!step) return wordOf(written);
  if (step.kind === 'all' || (step.kind === 'index' && step.index !== 0)) return null;
  const inner = valueFor(rest, written, { indent: indent + unit, eol });
  if (inner === null) return null;
  const entry = step.kind === 'name' ? `${JSON.stringify(step.name)}: ${inner}` : inner;
  const [open, close] = step.kind === 'name' ? ['{', '}'] : ['[', ']'];
  return `${open}${eol}${indent}${unit}${entry}${eol}${indent}${close}`;
}
