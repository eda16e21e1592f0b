import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './electron.ts';
import { releasePackage } from './packaged-app.ts';

export const debMaintainer = 'Lightdeck <lightdeck@lightdeck.invalid>';

/** A deb of what is built, by Debian's own dpkg-deb; its path in `folder`. `release`: a version of its own. */
export function makeDeb(folder: string, release?: string): string {
  const request = {
    targets: ['deb'],
    output: folder,
    prepackaged: releasePackage().folder,
    homepage: 'https://lightdeck.invalid',
    maintainer: debMaintainer,
    release,
  };
  const script = `import(${JSON.stringify(join(root, 'scripts/lib/package-app.mjs'))})
    .then(({ packageApp }) => packageApp(${JSON.stringify(request)}))
    .then((paths) => console.log('made ' + paths.find((path) => path.endsWith('.deb'))));`;
  const said = execFileSync(process.execPath, ['-e', script], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, CUSTOM_FPM_PATH: join(root, 'tests/support/fpm-stand-in.mjs') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return /^made (.+)$/m.exec(said)?.[1] ?? '';
}

/** Installs, upgrades or removes by apt, as a user does; what it says if it fails. */
export function apt(...args: string[]): void {
  execFileSync('apt-get', ['-y', '-q', '--no-install-recommends', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
