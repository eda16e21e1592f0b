import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { packageApp } from './package-app.mjs';
import { cacheDir, inRoot } from './paths.mjs';
import { ensureTestElectron, testElectronVersion } from './test-electron.mjs';

const folder = join(cacheDir, 'packaged');
const sources = ['package.json', 'package-lock.json', 'electron-builder.yml', 'scripts/lib/package-app.mjs'];

/** Of all that goes into the package, as it is built now. */
async function contentHash() {
  const digest = createHash('sha256').update(testElectronVersion);
  const built = await readdir(inRoot('dist'), { recursive: true, withFileTypes: true });
  const files = built
    .filter((entry) => entry.isFile() && !/\.map$|^\.stamp$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of [...sources.map((name) => inRoot(name)), ...files.sort()])
    digest
      .update(path)
      .update('\0')
      .update(await readFile(path));
  return digest.digest('hex');
}

/**
 * Packages what is built in dist/ as a release would be, but with the tests' runtime, unless that is what is there. The
 * package's folder. Safe to call by several processes. Throws SetupError where that runtime can't be had.
 */
export async function ensureTestPackage() {
  return withLock(join(cacheDir, 'packaged.lock'), async () => {
    const hash = await contentHash();
    const stamp = join(folder, 'made-from');
    const unpacked = join(folder, 'linux-unpacked');
    if (existsSync(unpacked) && (await readFile(stamp, 'utf8').catch(() => null)) === hash) return unpacked;
    const electron = await ensureTestElectron();
    const work = await mkdtemp(join(cacheDir, 'work-packaged-'));
    try {
      await packageApp({ targets: ['dir'], output: work, electron, version: testElectronVersion });
      await writeFile(join(work, 'made-from'), hash);
      await rm(folder, { recursive: true, force: true });
      await rename(work, folder);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    return unpacked;
  });
}
