import { parseSync } from 'vite';

/** A function that stands in a file, with the name that it is known by there. */
export interface FunctionSize {
  name: string;
  /** Line of the file on which it begins, from 1. */
  line: number;
  /** How many lines it has, its first and its last one included. */
  lines: number;
}

export interface SizeLimits {
  /** Lines that a file may have. */
  file: number;
  /** Lines that a function may have; null where that doesn't matter, as in tests, whose `describe` is one function. */
  function: number | null;
}

const functionTypes: readonly unknown[] = [
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const nameIn = (value: unknown): string | null =>
  isRecord(value) && typeof value.name === 'string' ? value.name : null;

/** The name of a function: its own, or that of the constant, member or argument that it is given to. */
function nameOf(node: Record<string, unknown>, parents: readonly Record<string, unknown>[]): string {
  const own = nameIn(node.id);
  if (own !== null) return own;
  for (const parent of parents.toReversed().slice(0, 3)) {
    const found = nameIn(parent.id) ?? nameIn(parent.key) ?? nameIn(parent.callee);
    if (found !== null) return found;
  }
  return 'a function';
}

/** All functions of a file's text, methods and callbacks included, in no particular order. Throws where the text is no TypeScript. */
export function functionSizes(file: string, text: string): FunctionSize[] {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const ends: number[] = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at);
  const lineAt = (offset: number): number => {
    const index = ends.findIndex((end) => end >= offset);
    return (index < 0 ? ends.length : index) + 1;
  };
  const found: FunctionSize[] = [];
  const visit = (value: unknown, parents: readonly Record<string, unknown>[]): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, parents);
    if (!isRecord(value) || Array.isArray(value)) return;
    if (functionTypes.includes(value.type)) {
      const line = lineAt(Number(value.start));
      found.push({
        name: nameOf(value, parents),
        line,
        lines: lineAt(Number(value.end)) - line + 1,
      });
    }
    const inside = typeof value.type === 'string' ? [...parents, value] : parents;
    for (const child of Object.values(value)) visit(child, inside);
  };
  visit(program, []);
  return found;
}

/** What is longer than it may be, in words. A file's last line break is no line. */
export function sizeProblems(file: string, text: string, limits: SizeLimits): string[] {
  const problems: string[] = [];
  const lines = text.replace(/\n$/, '').split('\n').length;
  if (lines > limits.file) problems.push(`${file}: ${lines} lines, ${limits.file} are allowed`);
  const most = limits.function;
  if (most === null) return problems;
  const long = functionSizes(file, text).filter((found) => found.lines > most);
  return [
    ...problems,
    ...long.map((found) => `${file}: ${found.name} has ${found.lines} lines, ${most} are allowed`),
  ];
}
