import { posix } from 'node:path';
import { parseSync } from 'vite';
import { type Graph, reachable } from './import-graph.ts';

/** What `package.json` says, as far as it matters here. */
export interface PackageManifest {
  scripts: Readonly<Record<string, string>>;
  dependencies: Readonly<Record<string, string>>;
  devDependencies: Readonly<Record<string, string>>;
}

/** Files that no entry leads to, sorted. An import of types alone leads somewhere, too. */
export function deadFiles(graph: Graph, entries: readonly string[]): string[] {
  const all: Graph = new Map(
    [...graph].map(([file, edges]) => [file, edges.map((edge) => ({ ...edge, typeOnly: false }))]),
  );
  const loaded = new Set(entries.flatMap((entry) => [...reachable(all, entry)]));
  return [...graph.keys()].filter((file) => !loaded.has(file)).sort();
}

/**
 * Packages that nothing imports, and that no script calls by a name of `commands` (package → its commands). Types belong
 * to the package that they describe.
 */
export function unusedPackages(
  manifest: PackageManifest,
  imported: ReadonlySet<string>,
  commands: Readonly<Record<string, readonly string[]>>,
): string[] {
  const called = Object.values(manifest.scripts).flatMap((script) => script.split(/\s+/));
  const isUsed = (name: string): boolean =>
    imported.has(name) || (commands[name] ?? []).some((command) => called.includes(command));
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter((name) => {
    const described = name.startsWith('@types/') ? name.slice('@types/'.length) : name;
    return !isUsed(described) && !(name === '@types/node');
  });
}

const everything = '*';

interface ModuleNames {
  exports: string[];
  /** What it imports: the file that it comes from, and the name there. */
  imports: { target: string; name: string }[];
}

/** The names that a file takes and gives, read from its text. What is loaded when needed is taken whole. */
function moduleNames(file: string, text: string): ModuleNames {
  const { staticImports, staticExports, dynamicImports } = parseSync(file, text).module;
  const fileOf = (specifier: string): string => posix.join(posix.dirname(file), specifier);
  const named = staticImports.flatMap(({ moduleRequest, entries }) =>
    entries.map(({ importName: { kind, name } }) => ({
      target: fileOf(moduleRequest.value),
      name: kind === 'NamespaceObject' ? everything : (name ?? 'default'),
    })),
  );
  const given = staticExports.flatMap(({ entries }) => entries);
  const passedOn = given.flatMap(({ moduleRequest, importName }) =>
    moduleRequest ? [{ target: fileOf(moduleRequest.value), name: importName.name ?? everything }] : [],
  );
  const lazy = dynamicImports.map(({ moduleRequest: { start, end } }) => ({
    target: fileOf(text.slice(start + 1, end - 1)),
    name: everything,
  }));
  return {
    exports: given.map(({ exportName }) => exportName.name ?? 'default'),
    imports: [...named, ...passedOn, ...lazy],
  };
}

/** Exports that no other of these files imports, as `file: name`, of the files that `isChecked` says. */
export function ownExports(
  sources: ReadonlyMap<string, string>,
  isChecked: (file: string) => boolean,
): string[] {
  const modules = [...sources].map(([file, text]) => ({ file, ...moduleNames(file, text) }));
  const used = new Set(
    modules.flatMap(({ imports }) => imports.map(({ target, name }) => `${target}: ${name}`)),
  );
  return modules
    .filter(({ file }) => isChecked(file) && !used.has(`${file}: ${everything}`))
    .flatMap(({ file, exports }) => exports.map((name) => `${file}: ${name}`))
    .filter((name) => !used.has(name))
    .sort();
}
