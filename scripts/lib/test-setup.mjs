import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { canInstallPackages, installPackages, isRoot } from './debian.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureEggImages } from './egg-images.mjs';
import { daemonPid, enginePackages, ensureEngine, hasServiceManager } from './engine-setup.mjs';
import { ensureEngineTrees } from './engine-trees.mjs';
import { SetupError, say } from './output.mjs';
import { cacheDir, inRoot } from './paths.mjs';
import { findProgram, mustRun, run } from './run.mjs';
import { ensureTestElectron } from './test-electron.mjs';
import { ensureBusyboxImage, ensureGameImage } from './test-images.mjs';
import { ensureTestPackage } from './test-package.mjs';

/** Programs that the tests use, and the Debian packages that bring them. */
const tools = [
  {
    programs: ['dockerd', 'docker', 'iptables'],
    packages: enginePackages.needed,
    optional: enginePackages.optional,
  },
  {
    programs: ['chromium', 'chromium-headless-shell'],
    packages: ['chromium', 'fonts-dejavu-core'],
    // Debian has it, others may not.
    optional: ['chromium-headless-shell'],
  },
  { programs: ['perl'], packages: ['perl-base'] },
  { programs: ['busybox'], packages: ['busybox-static'] },
  { programs: ['debootstrap'], packages: ['debootstrap'] },
  { programs: ['docker-registry'], packages: ['docker-registry'] },
  {
    programs: ['zip', 'unzip', 'bzip2', 'xz', 'zstd'],
    packages: ['zip', 'unzip', 'bzip2', 'xz-utils', 'zstd'],
  },
  { programs: ['mkfs.ext4', 'e2fsck', 'resize2fs'], packages: ['e2fsprogs'] },
  { programs: ['mount', 'losetup', 'flock'], packages: ['mount', 'util-linux'] },
  { programs: ['sftp', 'scp'], packages: ['openssh-client'] },
  {
    programs: ['Xvfb', 'setpriv'],
    packages: [
      ...['xvfb', 'util-linux', 'libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1'],
      ...['libatk-bridge2.0-0', 'libdrm2', 'libxkbcommon0', 'libcups2', 'libnotify4', 'libsecret-1-0'],
    ],
  },
];
const testUser = 'lightdeck-test';
const defaultEndpoint = 'unix:///var/run/docker.sock';

/** Installs what is missing in one go, where we may; the packages it installed. */
async function ensurePackages(notes) {
  const missing = tools.filter(({ programs }) => programs.some((name) => findProgram(name) === null));
  if (missing.length === 0 || !canInstallPackages) return [];
  const packages = missing.flatMap((tool) => tool.packages);
  const problem = await installPackages(
    packages,
    missing.flatMap((tool) => tool.optional ?? []),
  );
  if (problem) notes.push(problem);
  return problem ? [] : packages;
}

/** What a test can do without is noted, not thrown: the tests that need it are skipped and named. */
async function attempt(what, notes, work) {
  const problem = await work().catch((error) => (error instanceof SetupError ? error.message : error.stack));
  if (problem) notes.push(`${what}: ${problem}`);
}

/** What a run that was killed left behind, before anybody makes anything anew. */
async function removeHalfMade() {
  for (const entry of await readdir(cacheDir).catch(() => []))
    if (entry.startsWith('work-')) await rm(join(cacheDir, entry), { recursive: true, force: true });
}

/** Electron doesn’t run as root, nor would a user: somebody who may use Docker, and nothing else. */
async function ensureTestUser() {
  if (!isRoot || (await run('id', ['-u', testUser])).code === 0) return;
  const groups = ['--groups', 'docker', '--user-group'];
  await mustRun('Making the user', 'useradd', ['--create-home', '--shell', '/bin/sh', ...groups, testUser]);
}

async function prepareEngine(notes, systemPackages, isLong) {
  const hadDaemon = daemonPid() !== null;
  const installed = await systemPackages;
  const { endpoint, pid, problem } = await ensureEngine();
  if (!endpoint) {
    notes.push(problem);
    return pid;
  }
  // The docker command looks in one place only.
  if (endpoint !== defaultEndpoint) process.env.DOCKER_HOST ||= endpoint;
  await attempt('The small test image', notes, ensureBusyboxImage);
  await attempt('The game server image', notes, ensureGameImage);
  await attempt('The images for eggs', notes, () => ensureEggImages({ isLong }));
  // A package's own scripts may have started the daemon: then it is ours to stop as well.
  const startedByPackage = installed.includes('docker.io') && !hadDaemon && !hasServiceManager();
  await attempt('The user that the desktop app is tried as', notes, ensureTestUser);
  return pid ?? (startedByPackage ? daemonPid() : null);
}

async function preparePackage(notes, systemPackages) {
  await ensureDependencies();
  await ensureBuild();
  const player = { what: 'the game client', flags: ['--ignore-scripts'] };
  // Unpacking wants a program that may only be on its way.
  await systemPackages;
  await attempt('The desktop app’s runtime', notes, async () => void (await ensureTestElectron()));
  await attempt('The packaged desktop app', notes, async () => void (await ensureTestPackage()));
  await attempt('The game client', notes, () => ensureDependencies(inRoot('tests/game/client'), player));
}

/**
 * Everything that the tests need, from a bare clone: packages of the system and of npm, the build, an engine and the
 * test images; with `isLong` also what only whole proofs use. Whoever calls holds the set-up lock. `notes` says in words what could not be had here; `enginePid` is the
 * Docker daemon’s if it was started by this call; `failure` is why no test can run at all, or null. Never throws.
 */
export async function prepareTests({ isLong = false } = {}) {
  const notes = [];
  await removeHalfMade();
  const systemPackages = ensurePackages(notes);
  const [engine, packages] = await Promise.allSettled([
    prepareEngine(notes, systemPackages, isLong),
    preparePackage(notes, systemPackages),
    systemPackages.then(() => attempt('Newer engines', notes, () => ensureEngineTrees({ isLong }))),
  ]);
  if (engine.status === 'rejected') notes.push(`Docker: ${engine.reason.stack}`);
  const enginePid = engine.status === 'fulfilled' ? engine.value : null;
  for (const note of notes) say(`Not available: ${note}`);
  return { enginePid, notes, failure: packages.status === 'rejected' ? packages.reason : null };
}
