import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codename, isRoot } from './debian.mjs';
import { say } from './output.mjs';
import { cacheDir, inRoot } from './paths.mjs';
import { findProgram, mustRun, npm, run } from './run.mjs';

const recipeLabel = 'lightdeck.recipe';
export const names = {
  busybox: '127.0.0.1:9/lightdeck-test/busybox:1',
  debian: '127.0.0.1:9/lightdeck-test/debian:1',
  game: '127.0.0.1:9/lightdeck-test/game:1',
};

const docker = (what, args, options) => mustRun(what, 'docker', args, options);

export function hash(...parts) {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part).update('\0');
  return digest.digest('hex').slice(0, 24);
}

/** The image that a name stood for until now, so that it can go when the name has moved on. */
async function currentId(name) {
  const { code, stdout } = await run('docker', ['image', 'inspect', '--format', '{{.Id}}', name]);
  return code === 0 ? stdout.trim() : null;
}

/** Runs `make`, which moves the name, and removes the image that had it before (kept where a container still uses it). */
async function replacing(name, make) {
  const before = await currentId(name);
  await make();
  if (before && before !== (await currentId(name))) await run('docker', ['image', 'rm', before]);
}

async function isCurrent(name, recipe) {
  const format = `{{index .Config.Labels "${recipeLabel}"}}`;
  const { code, stdout } = await run('docker', ['image', 'inspect', '--format', format, name]);
  return code === 0 && stdout.trim() === recipe;
}

export async function inTempFolder(work) {
  await mkdir(cacheDir, { recursive: true });
  const folder = await mkdtemp(join(cacheDir, 'work-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importTar(name, recipe, tarball) {
  const changes = [
    `LABEL ${recipeLabel}=${recipe}`,
    'CMD ["/bin/sh"]',
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  ];
  const args = ['import', ...changes.flatMap((change) => ['--change', change]), tarball, name];
  await replacing(name, () => docker(`Importing ${name}`, args));
}

/** A tree with the static busybox and a link for each of its applets, as a tar file. */
async function makeBusyboxTar(busybox, folder) {
  const tree = join(folder, 'tree');
  for (const path of ['bin', 'etc', 'tmp', 'root', 'home', 'proc', 'sys', 'dev', 'var']) {
    await mkdir(join(tree, path), { recursive: true });
  }
  await chmod(join(tree, 'tmp'), 0o1777);
  await copyFile(busybox, join(tree, 'bin/busybox'));
  await chmod(join(tree, 'bin/busybox'), 0o755);
  const { stdout } = await mustRun('busybox --list', busybox, ['--list']);
  for (const applet of stdout.split('\n')) {
    if (applet !== '' && applet !== 'busybox') await symlink('busybox', join(tree, 'bin', applet));
  }
  await writeFile(join(tree, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await writeFile(join(tree, 'etc/group'), 'root:x:0:\n');
  const tarball = join(folder, 'busybox.tar');
  await mustRun('Packing busybox', 'tar', [
    '--numeric-owner',
    '--owner=0',
    '--group=0',
    '-C',
    tree,
    '-cf',
    tarball,
    '.',
  ]);
  return tarball;
}

/**
 * Makes the small test image from the machine's static busybox unless it is there. Also left as a tar file in the cache
 * (its path is returned), for engines that tests start themselves. Null and a reason where there is no static busybox.
 */
export async function ensureBusyboxImage() {
  const busybox = findProgram('busybox');
  if (!busybox) return 'busybox is not installed (Debian: busybox-static)';
  const { stdout } = await run('ldd', [busybox]);
  if (stdout.includes('=>')) return `${busybox} is not static (Debian: busybox-static)`;
  const recipe = hash('busybox 1', await readFile(busybox));
  const cached = join(cacheDir, 'busybox.tar');
  const stamp = join(cacheDir, 'busybox.recipe');
  const tarIsCurrent = existsSync(cached) && (await readFile(stamp, 'utf8').catch(() => '')) === recipe;
  if (!tarIsCurrent) {
    await inTempFolder(async (folder) => {
      await rename(await makeBusyboxTar(busybox, folder), cached);
      await writeFile(stamp, recipe);
    });
  }
  if (await isCurrent(names.busybox, recipe)) return null;
  say(`Making the test image ${names.busybox}…`);
  await importTar(names.busybox, recipe, cached);
  return null;
}

/** The mirror that this machine's apt uses, or null to leave the choice to debootstrap. */
async function aptMirror() {
  const format = ['indextargets', '--format', '$(REPO_URI) $(RELEASE) $(COMPONENT)', 'Created-By: Packages'];
  const { code, stdout } = await run('apt-get', format);
  if (code !== 0) return null;
  const line = stdout.split('\n').find((entry) => entry.endsWith(` ${codename} main`));
  const uri = line?.split(' ')[0] ?? '';
  return /^https?:/.test(uri) ? uri : null;
}

const uselessInImage = [
  'usr/share/doc',
  'usr/share/man',
  'usr/share/locale',
  'usr/share/info',
  'var/cache/apt',
  'var/lib/apt/lists',
];

/** A minimal Debian (or Ubuntu) of this machine's release; kept in the cache as a tar file. */
export async function ensureDebianImage() {
  const recipe = hash('debian 1', codename ?? '', process.arch);
  if (await isCurrent(names.debian, recipe)) return recipe;
  const cached = join(cacheDir, `debian-${codename}-${process.arch}.tar`);
  if (!existsSync(cached)) {
    say(`Making a minimal ${codename} for the test images (about half a minute, once)…`);
    await inTempFolder(async (folder) => {
      const tree = join(folder, 'tree');
      const mirror = await aptMirror();
      const args = ['--variant=minbase', codename, tree, ...(mirror ? [mirror] : [])];
      await mustRun('debootstrap', 'debootstrap', args);
      for (const path of uselessInImage) await rm(join(tree, path), { recursive: true, force: true });
      const tarball = join(folder, 'debian.tar');
      await mustRun('Packing the base system', 'tar', ['--numeric-owner', '-C', tree, '-cf', tarball, '.']);
      await rename(tarball, cached);
    });
  }
  await importTar(names.debian, recipe, cached);
  return recipe;
}

/** The server's packages as npm installs them from their lock file, without what Java Edition never reads. */
async function installGameServer(target) {
  const source = inRoot('tests/game/server');
  await mkdir(target, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', 'start.mjs'])
    await copyFile(join(source, file), join(target, file));
  const { command, args, shell } = npm([
    'ci',
    '--omit=dev',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  await mustRun('Installing the game server', command, args, { cwd: target, shell });
  const bedrock = join(target, 'node_modules/minecraft-data/minecraft-data/data/bedrock');
  for (const version of await readdir(bedrock)) {
    if (version !== 'common') await rm(join(bedrock, version), { recursive: true, force: true });
  }
}

/** The node that runs us, with the shared libraries that a minimal Debian may lack. */
export async function copyNode(tree) {
  const node = join(tree, 'usr/local/bin/node');
  await mkdir(dirname(node), { recursive: true });
  await copyFile(process.execPath, node);
  await chmod(node, 0o755);
  const { stdout } = await run('ldd', [process.execPath]);
  const extra = [...stdout.matchAll(/=> (\/\S+)/g)].map((match) => match[1]);
  const common = /\/(libc|libm|libdl|libpthread|librt|libgcc_s|libstdc\+\+)\.so/;
  for (const library of extra.filter((path) => !common.test(path))) {
    const target = join(tree, 'usr/local/lib', library.split('/').at(-1));
    await mkdir(dirname(target), { recursive: true });
    await cp(library, target, { dereference: true });
  }
}

async function makeGameImage(recipe) {
  say(`Making the test image ${names.game}…`);
  await inTempFolder(async (folder) => {
    const tree = join(folder, 'tree');
    await Promise.all([ensureDebianImage(), installGameServer(join(tree, 'opt/game')), copyNode(tree)]);
    const container = `lightdeck-test-make-${randomBytes(6).toString('hex')}`;
    await docker('Making a container for the game image', [
      'create',
      '--network',
      'none',
      '--name',
      container,
      names.debian,
      'sleep',
      '300',
    ]);
    try {
      await docker('Copying the game server', ['cp', `${tree}/.`, `${container}:/`]);
      const changes = [
        `LABEL ${recipeLabel}=${recipe}`,
        'CMD ["/bin/sh"]',
        'ENV LD_LIBRARY_PATH=/usr/local/lib',
      ];
      await docker('Starting the container of the game image', ['start', container]);
      await docker('Trying the game server', [
        'exec',
        container,
        'node',
        '-e',
        "require('/opt/game/node_modules/flying-squid')",
      ]);
      await docker('Stopping the container of the game image', ['kill', container]);
      await docker('Committing the game image', [
        'commit',
        ...changes.flatMap((change) => ['--change', change]),
        container,
        names.game,
      ]);
    } finally {
      await run('docker', ['rm', '-f', container]);
    }
  });
}

/** Makes the image with a real game server unless it is there. Null, or why this machine can't. */
export async function ensureGameImage() {
  const files = ['package.json', 'package-lock.json', 'start.mjs'].map((name) =>
    readFile(inRoot('tests/game/server', name)),
  );
  const recipe = hash('game 2', codename ?? '', process.arch, process.version, ...(await Promise.all(files)));
  if (await isCurrent(names.game, recipe)) return null;
  if (!isRoot) return 'making the game image needs root (debootstrap)';
  if (!findProgram('debootstrap') || !codename) return 'debootstrap is not installed';
  await replacing(names.game, () => makeGameImage(recipe));
  return null;
}
