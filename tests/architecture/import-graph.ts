import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';

/** One import as written. `target` is a file of the repository (relative, with /) or a package's name; `typeOnly` ones vanish when built. */
export interface Edge {
  from: string;
  target: string;
  isPackage: boolean;
  typeOnly: boolean;
}

/** Files by their path, and what each one imports. */
export type Graph = Map<string, Edge[]>;

const commentOrString =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
const statement = /^[ \t]*(?:import|export)\b([^'";=()]*?\bfrom\s*)?\s*(['"])([^'"\n]+)\2/gm;
const dynamic =
  /\b(?:import|require(?:\.resolve)?|createRequire\(import\.meta\.url\)\.resolve)\(\s*(['"])([^'"\n]+)\1/g;

/** Comments and template literals hold code that is not run as it stands; plain strings hold the specifiers. */
function bare(found: string): string {
  return /^['"]/.test(found) ? found : ' ';
}

/** The imports of one file's text, with the specifiers as they stand there. */
export function scanImports(text: string): { specifier: string; typeOnly: boolean }[] {
  const code = text.replace(commentOrString, bare);
  const statements = [...code.matchAll(statement)].map((match) => ({
    specifier: match[3] ?? '',
    typeOnly: /^[ \t]*(?:import|export)\s+type\b(?!\s*,|\s+from\b)/.test(match[0]),
  }));
  const calls = [...code.matchAll(dynamic)].map((match) => ({ specifier: match[2] ?? '', typeOnly: false }));
  return [...statements, ...calls];
}

/** The package that a bare specifier belongs to: `@a/b/c` is `@a/b`, `node:fs/promises` is `node:fs`. */
function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The graph of files given as path → text. Paths are relative to the repository and use /. */
export function buildGraph(files: ReadonlyMap<string, string>): Graph {
  const graph: Graph = new Map();
  for (const [from, text] of files) {
    const edges = scanImports(text).map(({ specifier, typeOnly }): Edge => {
      const isPackage = !specifier.startsWith('.');
      const path = specifier.replace(/\?program=\w+$/, '');
      const target = isPackage ? packageName(specifier) : posix.join(posix.dirname(from), path);
      return { from, target, isPackage, typeOnly };
    });
    graph.set(from, edges);
  }
  return graph;
}

/** All TypeScript files below the folders, with their text. */
export function readSources(root: string, folders: string[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of folders.filter((name) => statSync(join(root, name), { throwIfNoEntry: false }))) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || dirname(path).split(sep).includes('node_modules'))
        continue;
      files.set(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8'));
    }
  }
  return files;
}

/** Imports of files that are not there. A graph with holes proves nothing. */
export function danglingEdges(graph: Graph): Edge[] {
  return [...graph.values()]
    .flat()
    .filter(({ isPackage, target }) => !isPackage && /\.tsx?$/.test(target) && !graph.has(target));
}

/** Each cycle of runtime imports once, as the files on it in order, beginning with the one that is first in the alphabet. */
export function findCycles(graph: Graph): string[][] {
  const cycles = new Map<string, string[]>();
  const finished = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      const cycle = path.slice(at);
      const first = cycle.indexOf(cycle.toSorted()[0] ?? '');
      const turned = [...cycle.slice(first), ...cycle.slice(0, first)];
      cycles.set(turned.join(' '), turned);
      return;
    }
    if (finished.has(file)) return;
    for (const edge of graph.get(file) ?? []) {
      if (!edge.isPackage && !edge.typeOnly) visit(edge.target, [...path, file]);
    }
    finished.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return [...cycles.values()];
}

/** Every file that is loaded at run time when `entry` is, and every package, dynamic imports included. */
export function reachable(graph: Graph, entry: string): Set<string> {
  const seen = new Set<string>([entry]);
  const queue = [entry];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    for (const { target, typeOnly, isPackage } of graph.get(file) ?? []) {
      if (typeOnly || seen.has(target)) continue;
      seen.add(target);
      if (!isPackage) queue.push(target);
    }
  }
  return seen;
}
