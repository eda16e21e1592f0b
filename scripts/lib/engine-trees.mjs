import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canInstallPackages } from './debian.mjs';
import { SetupError, say } from './output.mjs';
import { cacheDir } from './paths.mjs';
import { findProgram, mustRun } from './run.mjs';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const usualMirror = 'http://deb.debian.org/debian';
const docker = ['docker.io', 'iptables', 'iproute2'];

/** Engines that are newer than this machine's, from Debian's suites; `isLong`: only the whole proofs use it. */
const trees = [
  { name: 'docker-28', suite: 'sid', packages: docker, isLong: false },
  { name: 'docker-26', suite: 'trixie', packages: docker, isLong: true },
  {
    name: 'podman-5',
    suite: 'sid',
    packages: [
      ...['podman', 'crun', 'catatonit', 'netavark', 'aardvark-dns', 'passt', 'slirp4netns', 'uidmap'],
      'util-linux',
      ...['fuse-overlayfs', 'nftables', 'iptables', 'iproute2', 'tzdata'],
    ],
    isLong: true,
  },
];
/** Changes whenever a tree must be made anew. */
const recipeVersion = 1;
const folder = join(cacheDir, 'engines');

/** The mirror that this machine's apt uses for Debian, so that a machine with one of its own needs no other. */
function mirror() {
  for (const file of ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list']) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const found = /^(?:URIs:|deb(?: \[[^\]]*\])?) *(\S+\/debian)\/? *(?:\s|$)/m.exec(text);
    if (found) return found[1];
  }
  return usualMirror;
}

/** apt with lists, state and cache of its own, and an empty system: it fetches all that a package needs, and checks the archive's signature. */
function aptOf(work, suite) {
  const at = (name) => join(work, name);
  const options = {
    'Dir::State': work,
    'Dir::State::lists': at('lists'),
    'Dir::State::status': at('status'),
    'Dir::Cache': work,
    'Dir::Cache::archives': at('archives'),
    'Dir::Etc::SourceList': at('sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::Parts': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'APT::Sandbox::User': 'root',
    'APT::Install-Recommends': 'false',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
  };
  const flags = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  return (...args) =>
    mustRun(`Fetching packages of Debian ${suite}`, 'apt-get', ['-qq', '-y', ...flags, ...args]);
}

async function fetchPackages(work, { suite, packages }) {
  for (const name of ['lists/partial', 'archives/partial'])
    await mkdir(join(work, name), { recursive: true });
  await writeFile(join(work, 'status'), '');
  await writeFile(join(work, 'sources.list'), `deb [signed-by=${keyring}] ${mirror()} ${suite} main\n`);
  const apt = aptOf(work, suite);
  await apt('update');
  await apt('install', '--download-only', ...packages);
  const all = await readdir(join(work, 'archives'));
  return all.filter((name) => name.endsWith('.deb')).map((name) => join(work, 'archives', name));
}

/** Only files are needed: nothing of it is ever installed, none of its scripts runs. */
async function unpack(tree, packages) {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(tree, 'usr', name), { recursive: true });
    await symlink(`usr/${name}`, join(tree, name));
  }
  const without = ['doc', 'man', 'locale', 'info'].map((name) => `--exclude=./usr/share/${name}`);
  const script = 'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --keep-directory-symlink "$3" "$4" "$5" "$6"';
  for (const file of packages)
    await mustRun('Unpacking a package', 'sh', ['-e', '-c', script, 'sh', file, tree, ...without]);
  // What the packages' own scripts would choose.
  for (const program of ['iptables', 'ip6tables'])
    for (const end of ['', '-save', '-restore'])
      await symlink(`${program}-nft${end}`, join(tree, 'usr/sbin', `${program}${end}`));
}

async function ensureTree(wanted) {
  const { name, suite, packages } = wanted;
  const tree = join(folder, name);
  const recipe = JSON.stringify({ recipeVersion, suite, packages });
  if ((await readFile(`${tree}.recipe`, 'utf8').catch(() => '')) === recipe) return;
  say(`Fetching ${name} from Debian ${suite}…`);
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(cacheDir, 'work-'));
  try {
    const files = await fetchPackages(work, wanted);
    await unpack(join(work, 'tree'), files);
    await rm(`${tree}.recipe`, { force: true });
    await rm(tree, { recursive: true, force: true });
    await rename(join(work, 'tree'), tree);
    await writeFile(`${tree}.recipe`, recipe);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Makes the trees of newer engines in the cache unless they are there: some 10 s and 170 to 270 MB each. `isLong`: also those
 * that only `--long` uses. Throws a SetupError in words where they can't be had.
 */
export async function ensureEngineTrees({ isLong }) {
  if (!canInstallPackages || findProgram('dpkg-deb') === null)
    throw new SetupError('they are unpacked from Debian’s packages, which takes root on Debian or Ubuntu.');
  if (!existsSync(keyring))
    throw new SetupError(
      `the keys of Debian’s archive are missing (${keyring}): apt-get install debian-archive-keyring`,
    );
  for (const tree of trees) if (isLong || !tree.isLong) await ensureTree(tree);
}
