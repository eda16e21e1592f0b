import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import type { OnEnd } from './cleanup.ts';
import { tempDir } from './temp.ts';

const root = resolve(import.meta.dirname, '../..');

/** The app as a release would be, but on the tests' runtime. Don't change it: others look at the same folder. */
export interface ReleasePackage {
  folder: string;
  executable: string;
  archive: string;
}

/** Made of what is built, if it isn't there (seconds); wants the runtime that `electronFolder()` tells of. */
export function releasePackage(): ReleasePackage {
  const said = execFileSync(process.execPath, [join(root, 'scripts/package-for-tests.mjs')], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const folder = said.trim().split('\n').at(-1) ?? '';
  return { folder, executable: join(folder, 'lightdeck'), archive: join(folder, 'resources/app.asar') };
}

/**
 * A copy of that package that everybody can read and that Playwright can drive: with the one fuse on that it needs, all
 * others as in a release. For `launchDesktop({ executable, … })`.
 */
export async function packagedApp(onEnd: OnEnd): Promise<{ executable: string }> {
  const release = releasePackage();
  const place = tempDir(onEnd);
  chmodSync(place, 0o755);
  const folder = join(place, 'app');
  try {
    // Links cost nothing; another file system wants copies.
    execFileSync('cp', ['-al', release.folder, folder], { stdio: 'ignore' });
  } catch {
    cpSync(release.folder, folder, { recursive: true });
  }
  const executable = join(folder, 'lightdeck');
  rmSync(executable);
  copyFileSync(release.executable, executable);
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
  return { executable };
}
