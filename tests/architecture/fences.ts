import { danglingEdges, type Edge, findCycles, type Graph, reachable } from './import-graph.ts';

/** Floors of the house: a file may import from lower floors and from its own room, on the floor of `leaves` from its neighbours too. */
const floors: Record<string, number> = {
  shared: 0,
  'main/lib': 1,
  'main/version.ts': 1,
  ...Object.fromEntries(
    [
      'audit',
      'auth',
      'config',
      'console',
      'docker',
      'eggs',
      'feature',
      'files',
      'host',
      'network',
      'rcon',
      'snapshots',
      'stats',
      'store',
      'volumes',
      'wire',
    ].map((room) => [`main/${room}`, 2]),
  ),
  'main/operations': 3,
  'main/servers': 3,
  'main/reasons': 4,
  'main/runs': 4,
  'main/game-settings': 4,
  'main/images': 4,
  'main/egg-versions': 4,
  'main/trash': 4,
  'main/community': 4,
  'main/adoption': 4,
  'main/alerts': 5,
  'main/schedules': 5,
  'main/updates': 5,
  'main/usage': 4,
  'main/players': 4,
  'main/backups': 4,
  'main/http': 5,
  'main/socket': 5,
  'main/sftp': 5,
  'main/remote': 5,
  'main/daemon': 6,
  'main/daemon.ts': 7,
  'main/command-line.ts': 7,
  'main/run-host.ts': 8,
  'main/headless.ts': 9,
  'main/index.ts': 9,
};
const leaves = 2;
/** Rooms outside of the floors, and all that they may import from besides themselves. */
const annexes: Record<string, string[]> = {
  'main/desktop': ['shared', 'client', 'main/lib', 'main/config', 'main/version.ts', 'main/daemon.ts'],
  client: ['shared'],
  preload: ['shared'],
  renderer: ['shared', 'client'],
};
/** Packages that live in certain places only. */
const homes: Record<string, string[]> = {
  electron: ['main/index.ts', 'main/desktop', 'preload'],
  'electron-updater': ['main/desktop'],
  dockerode: ['main/docker'],
  croner: ['main/schedules'],
  ws: ['main/socket', 'main/desktop', 'main/rcon'],
  ssh2: ['main/sftp', 'main/snapshots'],
  '@homebridge/ciao': ['main/host'],
};
const purePackages: Record<string, string[]> = {
  shared: ['zod', 're2js', 'intl-messageformat'],
  client: ['zod'],
  preload: ['electron'],
};
/** Rooms that only certain others may import: what a message looks like on the wire is the socket's business alone. */
const importers: Record<string, string[]> = { 'main/wire': ['main/socket'] };

const isTest = (file: string): boolean => /\.test(-helper)?\.tsx?$/.test(file);
export const isProduct = (file: string): boolean =>
  /^(client|main|shared|preload|renderer)\//.test(file) && !isTest(file);

/** `main/docker/x.ts` is in `main/docker`, `main/daemon.ts` in itself, `renderer/a/b.tsx` in `renderer`. */
export function roomOf(file: string): string {
  const parts = file.split('/');
  return parts[0] === 'main' ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

const isJson = (file: string): boolean => file.endsWith('.json');

function roomProblem(from: string, target: string): string | null {
  const [own, other] = [roomOf(from), roomOf(target)];
  if (!isProduct(target) && !isJson(target)) return 'product code must not import what is not product code';
  if (own === other || isJson(target)) return null;
  const annex = annexes[own];
  if (annex) return annex.includes(other) ? null : `${own} may only import from ${annex.join(', ')}`;
  const allowed = importers[other];
  if (allowed && !allowed.includes(own)) return `only ${allowed.join(', ')} may import from ${other}`;
  const ownFloor = floors[own];
  if (ownFloor === undefined) return `${own} is not in the plan of the house; give it a floor in fences.ts`;
  if (other === 'main/desktop')
    return own === 'main/index.ts' ? null : 'only main/index.ts may import the desktop parts';
  const otherFloor = floors[other];
  if (otherFloor === undefined) return `${own} may not import from ${other}`;
  if (otherFloor < ownFloor || (otherFloor === leaves && ownFloor === leaves)) return null;
  return `${other} is not below ${own}`;
}

function packageProblem(from: string, name: string): string | null {
  const room = roomOf(from);
  const home = homes[name];
  if (home && !home.some((place) => from === place || from.startsWith(`${place}/`)))
    return `${name} may only be used in ${home.join(', ')}`;
  if (room === 'renderer' && name.startsWith('node:')) return 'the page has no Node';
  const pure = purePackages[room];
  return pure && !pure.includes(name) ? `${room} may only use ${pure.join(', ')}` : null;
}

const edgeProblem = ({ from, target, isPackage }: Edge): string | null =>
  isPackage ? packageProblem(from, target) : roomProblem(from, target);

/** Pairs of rooms that need each other at run time: two rooms that are one. */
function mutualRooms(edges: Edge[]): string[] {
  const needs = new Set(
    edges
      .filter((edge) => !edge.typeOnly && !edge.isPackage)
      .map((edge) => `${roomOf(edge.from)} ${roomOf(edge.target)}`),
  );
  return [...needs].filter((pair) => {
    const [a = '', b = ''] = pair.split(' ');
    return a < b && needs.has(`${b} ${a}`);
  });
}

/** Everything in the graph that breaks the plan of the house, in words, sorted. Empty when all is well. */
export function findProblems(graph: Graph): string[] {
  const edges = [...graph.values()].flat().filter(({ from }) => isProduct(from));
  const problems = danglingEdges(graph)
    .filter(({ from }) => isProduct(from))
    .map(({ from, target }) => `${from} imports ${target}, which is not there`);
  for (const edge of edges) {
    const problem = edgeProblem(edge);
    if (problem) problems.push(`${edge.from} imports ${edge.target}: ${problem}`);
  }
  for (const cycle of findCycles(graph)) problems.push(`a cycle: ${[...cycle, cycle[0]].join(' → ')}`);
  for (const pair of mutualRooms(edges)) problems.push(`two rooms that need each other: ${pair}`);
  const loaded = reachable(graph, 'main/headless.ts');
  for (const target of loaded) {
    if (target === 'electron' || target.startsWith('main/desktop/'))
      problems.push(`main/headless.ts loads ${target}`);
  }
  return problems.sort();
}
