import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { say } from './output.mjs';
import { inRoot, root } from './paths.mjs';
import { mustRun } from './run.mjs';

const folders = ['client', 'main', 'shared', 'preload', 'renderer', 'build/icons'];
const files = [
  'package.json',
  'package-lock.json',
  'vite.config.ts',
  'tsconfig.base.json',
  'renderer/tsconfig.json',
];
const stampFile = inRoot('dist/.stamp');
const outputs = [
  'dist/main/headless.js',
  'dist/main/index.js',
  'dist/preload/index.cjs',
  'dist/renderer/index.html',
];

async function sources() {
  const found = files.map((name) => inRoot(name));
  for (const folder of folders) {
    for (const entry of await readdir(inRoot(folder), { recursive: true, withFileTypes: true })) {
      const isSource = entry.isFile() && !/\.test(-helper)?\.tsx?$/.test(entry.name);
      if (isSource) found.push(join(entry.parentPath, entry.name));
    }
  }
  return [...new Set(found)].sort();
}

async function sourceHash() {
  const digest = createHash('sha256');
  for (const path of await sources()) {
    digest.update(relative(root, path).split(sep).join('/')).update('\0');
    digest.update(await readFile(path).catch(() => '')).update('\0');
  }
  return digest.digest('hex');
}

/**
 * Builds the page, the main process and the bridge into dist/ if a source changed since the last whole build. The stamp
 * goes first and comes back last, so that an interrupted build is never taken for a whole one. Whoever calls holds the
 * set-up lock. Throws SetupError.
 */
export async function ensureBuild() {
  const hash = await sourceHash();
  const built = await readFile(stampFile, 'utf8').catch(() => null);
  if (built === hash && outputs.every((path) => existsSync(inRoot(path)))) return;
  say('Building…');
  await rm(stampFile, { force: true });
  await mustRun('The build', process.execPath, [inRoot('node_modules/vite/bin/vite.js'), 'build', '--app'], {
    cwd: root,
  });
  await mkdir(inRoot('dist'), { recursive: true });
  await writeFile(stampFile, hash);
}
