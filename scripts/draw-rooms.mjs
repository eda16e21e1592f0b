// Draws the rooms of the house from the import graph, into docs/rooms.svg: `npm run rooms`.
import { writeFile } from 'node:fs/promises';
import { runnerImport } from 'vite';
import { runMain, say } from './lib/output.mjs';
import { inRoot, root } from './lib/paths.mjs';

async function load(file) {
  const { module } = await runnerImport(inRoot(file), { root, configFile: false });
  return module;
}

async function main() {
  const { buildGraph, readSources } = await load('tests/architecture/import-graph.ts');
  const { drawRooms } = await load('tests/architecture/draw-rooms.ts');
  const { isProduct } = await load('tests/architecture/fences.ts');
  const graph = buildGraph(readSources(root, ['shared', 'client', 'main', 'preload', 'renderer']));
  await writeFile(inRoot('docs/rooms.svg'), drawRooms(graph, isProduct));
  say('docs/rooms.svg is drawn.');
}

runMain(main);
