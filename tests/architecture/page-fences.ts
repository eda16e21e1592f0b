import type { Edge, Graph } from './import-graph.ts';

/** Floors of the page, from the ground. */
const floors = ['texts', 'link', 'state', 'theme', 'ui', 'features'];
/** Rooms of the page that work without React. */
const plain = ['texts', 'link', 'state'];

interface Place {
  floor: number;
  /** The feature that it belongs to; null outside of all, as the lists of features are. */
  feature: string | null;
}

const isPage = (file: string): boolean =>
  file.startsWith('renderer/') && !/\.test(-helper)?\.tsx?$/.test(file);

/** Where a file of the page stands; those beside all rooms (`app.tsx`) are on top. */
function placeOf(file: string): Place {
  const [, room = '', name = '', ...below] = file.split('/');
  const floor = floors.indexOf(room);
  return {
    floor: floor < 0 ? floors.length : floor,
    feature: room === 'features' && below.length > 0 ? name : null,
  };
}

function edgeProblem({ from, target, isPackage }: Edge): string | null {
  const own = placeOf(from);
  if (isPackage) {
    const isPlain = plain.includes(floors[own.floor] ?? '');
    return isPlain && /^(react|react-dom|@mantine\/.*)$/.test(target) ? 'there is no React below' : null;
  }
  if (!isPage(target) || !/\.tsx?$/.test(target)) return null;
  const other = placeOf(target);
  if (other.floor > own.floor) return `${floors[other.floor] ?? 'the top'} is not below`;
  if (own.feature === null || other.feature === null || own.feature === other.feature) return null;
  return 'two features share only what stands in ui/ or state/';
}

/** What in the page breaks its plan, in words, sorted. Empty when all is well. */
export function findPageProblems(graph: Graph): string[] {
  return [...graph.values()]
    .flat()
    .filter(({ from }) => isPage(from))
    .flatMap((edge) => {
      const problem = edgeProblem(edge);
      return problem ? [`${edge.from} imports ${edge.target}: ${problem}`] : [];
    })
    .sort();
}

/**
 * Components that give up what they show when a query fails or is asked again from nothing: what was typed below them is lost with
 * it (`renderer/ui/loaded.tsx` keeps it). `sources`: texts by file.
 */
export function findReplacements(sources: ReadonlyMap<string, string>): string[] {
  const pattern = /if \((?:[^()&]* )?\w+\.(?:error|isPending|isLoading)\)\s*return\b/g;
  return [...sources]
    .filter(([file]) => isPage(file) && file.endsWith('.tsx'))
    .flatMap(([file, text]) => [...text.matchAll(pattern)].map(([found]) => `${file}: ${found}`));
}
