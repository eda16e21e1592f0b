import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { desktopUser, electronFolder } from './electron.ts';
import { busyboxName, type EggImages, eggImagesPath, gameName } from './images.ts';
import { type EngineTree, treePath } from './newer-engine.ts';

/** What a test can need beyond Node. `images` is the small image, `game` the game server's image and the player's package,
 * `egg-…` images for real eggs (`egg-debian` and `debian-…` come with `setup-tests.mjs --long`), `docker-28` and the like the trees of newer engines (those of whole proofs come with `setup-tests.mjs --long`),
 * `loop-volumes` the rights and programs for volumes that are file systems of their own, `small-disk` the right to mount one in memory. */
export const requirements = [
  'docker',
  'images',
  'game',
  'egg-nodejs',
  'egg-debian',
  'debian-games',
  'debian-services',
  'chromium',
  'private-engine',
  'sftp',
  'archivers',
  'registry',
  'loop-volumes',
  'small-disk',
  'electron',
  'docker-28',
  'docker-26',
  'podman-5',
] as const;
export type Requirement = (typeof requirements)[number];

/** Its path, or null. */
export function findProgram(name: string): string | null {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here; the next folder may have it.
    }
  }
  return null;
}

function dockerSucceeds(...args: string[]): boolean {
  try {
    execFileSync('docker', args, { stdio: 'ignore', timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}

const hasImage = (name: string): boolean => dockerSucceeds('image', 'inspect', name);
const playerInstalled = (): boolean =>
  existsSync(join(import.meta.dirname, '../game/client/node_modules/mineflayer/package.json'));

/** They run on an engine of their own. */
const hasEggImages = (name: EggImages): boolean => existsSync(eggImagesPath(name)) && has('private-engine');

/** Tried once for real: neither being root nor having the programs is enough everywhere. */
function mountsImages(): boolean {
  const programs = ['mkfs.ext4', 'e2fsck', 'resize2fs', 'losetup', 'mount', 'umount', 'flock'];
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  if (!programs.every((name) => findProgram(name) !== null)) return false;
  const folder = mkdtempSync(join(tmpdir(), 'lightdeck-loop-'));
  const image = join(folder, 'image');
  try {
    writeFileSync(image, '');
    truncateSync(image, 8 * 1024 * 1024);
    const run = (program: string, ...args: string[]): void => {
      execFileSync(findProgram(program) ?? program, args, { stdio: 'ignore', timeout: 60_000 });
    };
    run('mkfs.ext4', '-q', '-F', image);
    run('mount', '-o', 'loop', image, folder);
    run('umount', folder);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mountsMemory(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), 'lightdeck-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An engine of its own from newer packages, and a registry beside it. */
function canRunTree(tree: EngineTree): boolean {
  const programs = ['docker', 'nsenter', 'unshare', 'mount', 'ip', 'docker-registry'];
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  return existsSync(`${treePath(tree)}.recipe`) && programs.every((name) => findProgram(name) !== null);
}

const checks: Record<Requirement, () => boolean> = {
  docker: () => dockerSucceeds('version'),
  images: () => hasImage(busyboxName),
  game: () => hasImage(gameName) && playerInstalled(),
  chromium: () => chromiumPath() !== null,
  'egg-nodejs': () => hasEggImages('egg-nodejs'),
  'egg-debian': () => hasEggImages('egg-debian'),
  'debian-games': () => hasEggImages('debian-games'),
  'debian-services': () => hasEggImages('debian-services'),
  'private-engine': () =>
    process.platform === 'linux' &&
    process.getuid?.() === 0 &&
    ['dockerd', 'containerd', 'nsenter', 'unshare'].every((name) => findProgram(name) !== null) &&
    hasImage(busyboxName),
  sftp: () => findProgram('sftp') !== null,
  archivers: () => ['tar', 'zip', 'unzip', 'bzip2', 'xz', 'zstd'].every((name) => findProgram(name) !== null),
  'loop-volumes': mountsImages,
  'small-disk': mountsMemory,
  registry: () => findProgram('docker-registry') !== null,
  electron: () =>
    electronFolder() !== null &&
    findProgram('Xvfb') !== null &&
    (process.getuid?.() !== 0 || desktopUser() !== null),
  'docker-28': () => canRunTree('docker-28'),
  'docker-26': () => canRunTree('docker-26'),
  'podman-5': () => canRunTree('podman-5'),
};
const known = new Map<Requirement, boolean>();

/**
 * Whether this machine has it, for `describe.skipIf(!has('docker'))`. Looked up once per test file; synchronous,
 * since tests are collected synchronously.
 */
export function has(requirement: Requirement): boolean {
  const answer = known.get(requirement) ?? checks[requirement]();
  known.set(requirement, answer);
  return answer;
}

/**
 * Chromium's binary, or null: LIGHTDECK_TEST_CHROMIUM, else Debian's, else the first on the PATH. Its headless shell is taken before
 * the whole browser, which draws its own tabs and menus beside each page also where nobody sees them: a page costs a third.
 */
export function chromiumPath(): string | null {
  const chosen = process.env.LIGHTDECK_TEST_CHROMIUM;
  if (chosen) return existsSync(chosen) ? chosen : null;
  return findProgram('chromium-headless-shell') ?? wholeChromiumPath();
}

/** The browser that people use, for figures and pictures. */
export function wholeChromiumPath(): string | null {
  const chosen = process.env.LIGHTDECK_TEST_CHROMIUM;
  if (chosen) return existsSync(chosen) ? chosen : null;
  return findProgram('chromium') ?? findProgram('google-chrome') ?? findProgram('chromium-browser');
}
