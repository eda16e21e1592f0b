import type { TreeNode } from '../data/tree.ts';
import type { Step } from './path.ts';

/** A place in a tree: what is there, or where it would have to be made. */
export type Place =
  | { kind: 'there'; node: TreeNode; inFlow: boolean }
  /** `rest` begins with the step that `container` lacks; `owner` is where the name begins that the container is the value of. */
  | { kind: 'missing'; container: TreeNode; rest: Step[]; owner: number | null; inFlow: boolean }
  | { kind: 'problem'; problem: string };

/** All places that steps lead to: several only by way of `*`. */
export function findPlaces(root: TreeNode, steps: readonly Step[]): Place[] {
  return walk({ node: root, owner: null, inFlow: false }, steps);
}

interface At {
  node: TreeNode;
  owner: number | null;
  inFlow: boolean;
}

function walk(at: At, steps: readonly Step[]): Place[] {
  const [step, ...rest] = steps;
  const { node } = at;
  if (!step) return [{ kind: 'there', node, inFlow: at.inFlow }];
  const inFlow = at.inFlow || ('flow' in node && node.flow);
  if (step.kind === 'all') return childrenOf(node).flatMap((child) => walk({ ...child, inFlow }, rest));
  const missing: Place = { kind: 'missing', container: node, rest: [...steps], owner: at.owner, inFlow };
  if (node.kind === 'null') return [missing];
  if (node.kind === 'list') {
    const index = step.kind === 'index' ? step.index : /^\d{1,4}$/.test(step.name) ? Number(step.name) : null;
    if (index === null) return [{ kind: 'problem', problem: 'there is a list in its place' }];
    const item = node.items[index];
    if (item) return walk({ node: item, owner: null, inFlow }, rest);
    if (index > node.items.length)
      return [{ kind: 'problem', problem: `the list there has only ${node.items.length} entries` }];
    return [{ ...missing, rest: [{ kind: 'index', index }, ...rest] }];
  }
  if (node.kind !== 'map') return [{ kind: 'problem', problem: 'there is a single value in its place' }];
  const name = step.kind === 'name' ? step.name : String(step.index);
  const entry = node.entries.findLast(({ key }) => key === name);
  if (entry) return walk({ node: entry.node, owner: entry.start, inFlow }, rest);
  if (step.kind === 'index') return [{ kind: 'problem', problem: 'there is no list in its place' }];
  return [missing];
}

function childrenOf(node: TreeNode): { node: TreeNode; owner: number | null }[] {
  if (node.kind === 'list') return node.items.map((item) => ({ node: item, owner: null }));
  return node.kind === 'map' ? node.entries.map((entry) => ({ node: entry.node, owner: entry.start })) : [];
}
