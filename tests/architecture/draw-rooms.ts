import { roomOf } from './fences.ts';
import type { Graph } from './import-graph.ts';

/** One room of the house. `below` are the rooms it needs at run time, without those it reaches through others. */
interface Room {
  name: string;
  rank: number;
  below: string[];
}

/** All lengths in pixels. */
const box = { width: 116, height: 34 };
const gap = { x: 16, y: 62 };
const margin = 20;

/** Which room needs which at run time. Tests, and rooms that nobody plans (test files' own), are left out. */
function needs(graph: Graph, isPart: (file: string) => boolean): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const [file, edges] of graph) {
    if (!isPart(file)) continue;
    const room = roomOf(file);
    const set = all.get(room) ?? new Set<string>();
    all.set(room, set);
    for (const { target, isPackage, typeOnly } of edges) {
      const other = roomOf(target);
      if (!isPackage && !typeOnly && other !== room && isPart(target)) set.add(other);
    }
  }
  return all;
}

/** The rooms from the bottom up. Throws if rooms need each other in a circle. */
function plan(graph: Graph, isPart: (file: string) => boolean): Room[] {
  const direct = needs(graph, isPart);
  const reached = new Map<string, Set<string>>();
  const reach = (room: string, path: readonly string[]): Set<string> => {
    if (path.includes(room)) throw new Error(`rooms need each other: ${[...path, room].join(' → ')}`);
    const known = reached.get(room);
    if (known) return known;
    const set = new Set<string>();
    for (const other of direct.get(room) ?? []) {
      set.add(other);
      for (const further of reach(other, [...path, room])) set.add(further);
    }
    reached.set(room, set);
    return set;
  };
  const rankOf = (room: string): number => {
    reach(room, []);
    return Math.max(-1, ...[...(direct.get(room) ?? [])].map(rankOf)) + 1;
  };
  return [...direct.keys()].sort().map((name) => {
    const own = [...(direct.get(name) ?? [])];
    const below = own.filter((other) => !own.some((third) => reached.get(third)?.has(other))).sort();
    return { name, rank: rankOf(name), below };
  });
}

/** The drawing as SVG: who stands on whom at run time. A line that follows from others is left out. */
export function drawRooms(graph: Graph, isPart: (file: string) => boolean): string {
  const rooms = plan(graph, isPart);
  const ranks = Math.max(...rooms.map(({ rank }) => rank)) + 1;
  const rows = Array.from({ length: ranks }, (_, rank) => rooms.filter((room) => room.rank === rank));
  const widest = Math.max(...rows.map((row) => row.length));
  const width = 2 * margin + widest * box.width + (widest - 1) * gap.x;
  const height = 2 * margin + ranks * box.height + (ranks - 1) * gap.y;
  const places = new Map<string, { x: number; y: number }>();
  for (const [rank, row] of rows.entries()) {
    const left = (width - row.length * box.width - (row.length - 1) * gap.x) / 2;
    for (const [column, { name }] of row.entries())
      places.set(name, {
        x: left + column * (box.width + gap.x),
        y: height - margin - box.height - rank * (box.height + gap.y),
      });
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif">`,
    '<title>Who stands on whom at run time</title>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...rooms.flatMap(({ name, below }) => below.map((other) => line(places, name, other))),
    ...rooms.map((room) => drawBox(room, places.get(room.name) ?? { x: 0, y: 0 })),
    '</svg>',
    '',
  ].join('\n');
}

function line(places: ReadonlyMap<string, { x: number; y: number }>, upper: string, lower: string): string {
  const from = places.get(upper) ?? { x: 0, y: 0 };
  const to = places.get(lower) ?? { x: 0, y: 0 };
  const [x1, y1] = [from.x + box.width / 2, from.y + box.height];
  const [x2, y2] = [to.x + box.width / 2, to.y];
  const middle = (y1 + y2) / 2;
  return `<path d="M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}" fill="none" stroke="#8a93a6"/>`;
}

function drawBox({ name }: Room, { x, y }: { x: number; y: number }): string {
  const title = name.replace(/^main\//, '');
  const middle = x + box.width / 2;
  const fill = name.startsWith('main/') ? '#e8eefc' : '#e6f4ea';
  return (
    `<rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="6" fill="${fill}" stroke="#5b6b8c"/>` +
    `<text x="${middle}" y="${y + box.height / 2 + 5}" font-size="14" text-anchor="middle" fill="#16213a">${title}</text>`
  );
}
