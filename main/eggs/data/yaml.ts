import { type Document, isAlias, isScalar, isSeq, Lexer, type ParsedNode, parseDocument } from 'yaml';
import { type TreeBounds, TreeError, type TreeNode } from './tree.ts';

/** Each node is several tokens: its text, its indicator, blanks, a line's end. */
const tokensPerNode = 8;

/**
 * Reads one document of YAML 1.2 (core schema: `yes` and `on` are texts). Throws TreeError saying where it is none, or where it is deeper
 * or larger than the bounds; what is larger is refused before it is built, since that takes a hundred times as long as counting. Aliases
 * are never resolved, since a few of them can stand for gigabytes: refused, or `opaque` as keys that are no texts are.
 */
export function parseYaml(text: string, bounds: TreeBounds, odd: 'refuse' | 'opaque' = 'refuse'): TreeNode {
  countTokens(text, bounds);
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent', strict: true });
  } catch (error) {
    // Its parser calls itself for each level.
    if (error instanceof RangeError) throw new TreeError('it is nested too deeply');
    throw error;
  }
  const [problem] = document.errors;
  if (problem) throw new TreeError(firstLine(problem.message));
  return new Converter(bounds, odd).tree(document.contents, 0);
}

const firstLine = (message: string): string => (message.split('\n')[0] ?? '').replace(/:$/, '').slice(0, 200);

function countTokens(text: string, bounds: TreeBounds): void {
  let count = 0;
  let depth = 0;
  for (const token of new Lexer().lex(text)) {
    count += 1;
    if (count > bounds.nodes * tokensPerNode) throw new TreeError('it has too many values');
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    if (depth > bounds.depth) throw new TreeError('it is nested too deeply');
  }
}

class Converter {
  private nodes = 0;
  private readonly bounds: TreeBounds;
  private readonly odd: 'refuse' | 'opaque';

  constructor(bounds: TreeBounds, odd: 'refuse' | 'opaque') {
    this.bounds = bounds;
    this.odd = odd;
  }

  tree(node: ParsedNode | null, depth: number): TreeNode {
    this.nodes += 1;
    if (depth > this.bounds.depth) throw new TreeError('it is nested too deeply');
    if (this.nodes > this.bounds.nodes) throw new TreeError('it has too many values');
    if (node === null) return { kind: 'null', start: 0, end: 0 };
    const [start, end] = node.range;
    if (isAlias(node))
      return this.opaque('it refers to another part of itself (an alias), which is not taken', start, end);
    if (isScalar(node)) return { ...scalarOf(node.value, node.source), start, end };
    const flow = node.flow === true;
    if (isSeq(node)) {
      const items = node.items.map((item) => this.tree(item, depth + 1));
      return { kind: 'list', items, flow, start, end };
    }
    const entries = node.items.map(({ key, value }) => {
      if (!isScalar(key)) this.opaque('a name is no text', start, end);
      const name = isScalar(key)
        ? typeof key.value === 'string'
          ? key.value
          : (key.source ?? String(key.value))
        : '';
      return { key: name, start: key.range[0], node: this.tree(value, depth + 1) };
    });
    return { kind: 'map', entries, flow, start, end };
  }

  private opaque(problem: string, start: number, end: number): TreeNode {
    if (this.odd === 'refuse') throw new TreeError(problem);
    return { kind: 'opaque', start, end };
  }
}

type Scalar =
  | { kind: 'null' }
  | { kind: 'text' | 'number'; text: string }
  | { kind: 'boolean'; value: boolean };

function scalarOf(value: unknown, source: string | undefined): Scalar {
  switch (typeof value) {
    case 'string':
      return { kind: 'text', text: value };
    case 'boolean':
      return { kind: 'boolean', value };
    case 'number':
    case 'bigint':
      return { kind: 'number', text: source ?? String(value) };
    default:
      return value === null || value === undefined ? { kind: 'null' } : { kind: 'text', text: source ?? '' };
  }
}
