import { parseSync } from 'vite';

/** A node of a file's syntax tree (ESTree, with JSX and TypeScript), as far as the checks here look at it. */
export interface Node {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** What stands in a node, in order. */
export const below = (node: Node): Node[] =>
  Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]).filter(isNode));

/** The syntax tree of a file's text; `file` says by its ending what it is written in. Throws on what can't be read. */
export function syntaxOf(file: string, text: string): Node {
  const { program, errors } = parseSync(file, text);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  if (!isNode(program)) throw new Error(`${file} has no syntax tree`);
  return program;
}

/** All nodes of a tree, each with those around it, the nearest first. */
export function* everyNode(node: Node, around: readonly Node[] = []): Generator<[Node, readonly Node[]]> {
  yield [node, around];
  const inner = [node, ...around];
  for (const child of below(node)) yield* everyNode(child, inner);
}

/** A string as it stands in the source; null for anything else. */
export const textOf = (node: unknown): string | null =>
  isNode(node) && node.type === 'Literal' && typeof node.value === 'string' ? node.value : null;

/** What a property, an attribute or a variable is called; empty if that is worked out. */
export function nameOf(node: unknown): string {
  if (!isNode(node)) return '';
  return typeof node.name === 'string' ? node.name : (textOf(node) ?? '');
}
