/**
 * What a text in JSON or YAML says, with where it says it: `start` and `end` are offsets in that text. Maps are lists of pairs, in order
 * and with what stands twice, so that no key (`__proto__`) means anything to us. Numbers are kept as written. `flow`: in brackets, as in JSON.
 * `opaque` is what only its own format knows, such as an alias.
 */
export type TreeNode = { start: number; end: number } & (
  | { kind: 'null' }
  | { kind: 'text'; text: string }
  | { kind: 'number'; text: string }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'list'; items: TreeNode[]; flow: boolean }
  | { kind: 'map'; entries: TreeEntry[]; flow: boolean }
  | { kind: 'opaque' }
);

export interface TreeEntry {
  key: string;
  /** Where the key begins. */
  start: number;
  node: TreeNode;
}

/** How deep and how large a text may be. */
export interface TreeBounds {
  depth: number;
  nodes: number;
}

/** Why a text is not what it should be; `message` says where. */
export class TreeError extends Error {}

/** Line and column of an offset, from 1, for people. */
export function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `line ${line}, column ${offset - before.lastIndexOf('\n')}`;
}

/** A map's value of that key: the last one where it stands twice. */
export function child(node: TreeNode | undefined, key: string): TreeNode | undefined {
  return node?.kind === 'map' ? node.entries.findLast((entry) => entry.key === key)?.node : undefined;
}

/** A single value as text, booleans as `true` and `false`, null as ''. Undefined for lists, maps and what is opaque. */
export function scalarText(node: TreeNode | undefined): string | undefined {
  switch (node?.kind) {
    case 'null':
      return '';
    case 'text':
    case 'number':
      return node.text;
    case 'boolean':
      return String(node.value);
    default:
      return undefined;
  }
}
