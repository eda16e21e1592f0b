import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { canInstallPackages } from './debian.mjs';
import { say } from './output.mjs';
import { cacheDir, inRoot } from './paths.mjs';
import { findProgram, mustRun, npm, run } from './run.mjs';
import { copyNode, ensureDebianImage, hash, inTempFolder, names } from './test-images.mjs';

/**
 * Images in which unmodified eggs run real programs: their own names can't be used on the machine's engine, where they may stand for the
 * public images. So they are kept as files in the cache, for engines that tests start themselves (`tests/support/real-eggs.ts`).
 */
const prefix = '127.0.0.1:9/lightdeck-test';

/** As images of eggs start: in the volume, what STARTUP says with its variables. */
const entrypoint = String.raw`#!/bin/bash
cd /home/container || exit 1
PARSED=$(echo "$STARTUP" | sed -e 's/{{/\${/g' -e 's/}}/}/g')
echo ":/home/container$ $PARSED"
eval "$PARSED"
`;

/** Named in docs/eggs.md. Where a script asks for packages, what it needs is in the image already. */
const standIn = {
  apt: '#!/bin/sh\necho "apt $*: what is needed is in the image"\n',
  apk: '#!/bin/sh\n[ "$1" = add ] && cp /etc/mumble-server.ini /etc/murmur.ini\n[ "$1" = del ] && rm -f /etc/murmur.ini\nexit 0\n',
  // Debian's server has no --server: it is nothing else.
  minetest:
    '#!/bin/bash\nfor one; do shift; [ "$one" = --server ] || set -- "$@" "$one"; done\nexec /usr/games/minetestserver "$@"\n',
};
/** Nothing is fetched: what a script downloads is refused at once. */
const noDownloads = 'connect-to = "::127.0.0.1:9"\n';

const asContainer = ['USER container', 'WORKDIR /home/container', 'CMD ["/bin/bash", "/entrypoint.sh"]'];
const asRoot = ['USER root', 'CMD ["/bin/bash"]'];

const sets = [
  {
    name: 'egg-nodejs',
    isLong: true,
    packages: ['git', 'ca-certificates'],
    images: { 'egg-nodejs': asContainer, 'egg-node': asRoot },
    finish: addNode,
  },
  {
    name: 'egg-debian',
    isLong: true,
    packages: ['mumble-server', 'minetest-server', 'curl', 'unzip'],
    images: { 'egg-game': asContainer, 'egg-installer': asRoot },
    finish: addServers,
  },
  {
    // No eggs: games that are asked who plays. OpenArena without what only those see who play it.
    name: 'debian-games',
    isLong: true,
    packages: ['teeworlds-server', 'ioquake3-server'],
    unpacked: ['openarena-server', 'openarena-data', 'openarena-081-maps'],
    images: { 'debian-games': asContainer },
    finish: async () => [],
  },
  {
    // No eggs: what people host beside games, made as the images are that they take it from.
    name: 'debian-services',
    isLong: true,
    packages: ['nginx-light', 'redis-server'],
    stopSignals: { 'debian-nginx': 'SIGQUIT' },
    images: {
      'debian-nginx': [
        'USER root',
        'WORKDIR /',
        'EXPOSE 80/tcp',
        'ENTRYPOINT ["/nginx-entry.sh"]',
        'CMD ["nginx", "-g", "daemon off;"]',
      ],
      'debian-redis': [
        'USER root',
        'WORKDIR /data',
        'VOLUME /data',
        'EXPOSE 6379/tcp',
        'ENTRYPOINT ["/redis-entry.sh"]',
        'CMD ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", "1 1"]',
      ],
    },
    finish: addServices,
  },
];

const docker = (what, args, options) => mustRun(what, 'docker', args, options);

async function program(tree, path, text) {
  await mkdir(join(tree, path, '..'), { recursive: true });
  await writeFile(join(tree, path), text);
  await chmod(join(tree, path), 0o755);
}

/** The node that runs us, npm and tsx from their lock file. */
async function addNode(tree) {
  await copyNode(tree);
  const source = inRoot('tests/game/nodejs-egg');
  const target = join(tree, 'opt/npm');
  await mkdir(target, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    await copyFile(join(source, file), join(target, file));
  const flags = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { command, args, shell } = npm(flags);
  await mustRun('Installing npm and tsx', command, args, { cwd: target, shell });
  for (const [name, file] of [
    ['npm', 'npm/bin/npm-cli.js'],
    ['tsx', 'tsx/dist/cli.mjs'],
  ])
    await program(tree, `usr/local/bin/${name}`, `#!/bin/sh\nexec node /opt/npm/node_modules/${file} "$@"\n`);
  return ['ENV LD_LIBRARY_PATH=/usr/local/lib', 'ENV npm_config_offline=true'];
}

async function addServers(tree) {
  await program(tree, 'usr/local/bin/apk', standIn.apk);
  await program(tree, 'usr/local/bin/ash', '#!/bin/sh\nexec sh "$@"\n');
  await program(tree, 'usr/local/bin/minetest', standIn.minetest);
  await program(tree, 'usr/local/bin/mumble-server', '#!/bin/sh\nexec /usr/sbin/murmurd "$@"\n');
  return [];
}

/** They start as root and step down, each in its way: the web server leaves that to its workers, the database's script changes the owner of the data first. */
async function addServices(tree) {
  await program(tree, 'nginx-entry.sh', '#!/bin/sh\nset -e\nnginx -t\nexec "$@"\n');
  await program(
    tree,
    'redis-entry.sh',
    `#!/bin/sh
set -e
if [ "$(id -u)" = 0 ]; then
  find . ! -user redis -exec chown redis {} +
  exec setpriv --reuid=redis --regid=redis --clear-groups "$0" "$@"
fi
exec "$@"
`,
  );
  await mkdir(join(tree, 'data'));
  await mkdir(join(tree, 'var/log/nginx'), { recursive: true });
  for (const [log, device] of [
    ['access.log', '/dev/stdout'],
    ['error.log', '/dev/stderr'],
  ])
    await symlink(device, join(tree, 'var/log/nginx', log));
  return [];
}

/** Debian's packages that the base image lacks, with all that they need, through apt with the machine's lists. */
async function fetchPackages(work, container, packages) {
  await mkdir(join(work, 'archives/partial'), { recursive: true });
  await docker('Reading what the base image has', [
    'cp',
    `${container}:/var/lib/dpkg/status`,
    join(work, 'status'),
  ]);
  const options = {
    'Dir::State::status': join(work, 'status'),
    'Dir::Cache': work,
    'Dir::Cache::archives': join(work, 'archives'),
    'APT::Sandbox::User': 'root',
    'APT::Install-Recommends': 'false',
    'Acquire::Retries': '3',
  };
  const flags = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const install = ['-qq', '-y', ...flags, 'install', '--download-only', ...packages];
  // The machine's lists may be old, or none.
  if ((await run('apt-get', install)).code !== 0) {
    await mustRun('Fetching the lists of packages', 'apt-get', ['-qq', 'update']);
    await mustRun('Fetching packages', 'apt-get', install);
  }
  return (await readdir(join(work, 'archives'))).filter((name) => name.endsWith('.deb'));
}

/** What is in Debian's packages, without what they need and without setting them up. */
async function unpack(work, packages, tree) {
  const folder = join(work, 'unpacked');
  await mkdir(folder);
  const download = ['-qq', '-o', 'APT::Sandbox::User=root', 'download', ...packages];
  await mustRun('Fetching packages', 'apt-get', download, { cwd: folder });
  for (const deb of await readdir(folder))
    await mustRun(`Unpacking ${deb}`, 'dpkg-deb', ['-x', join(folder, deb), tree]);
  // A link in the image; there are only descriptions of services in it.
  await rm(join(tree, 'lib'), { recursive: true, force: true });
}

const setUp = `set -e
printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
DEBIAN_FRONTEND=noninteractive dpkg -i /tmp/debs/*.deb > /tmp/log 2>&1 || { tail -20 /tmp/log; exit 1; }
rm -rf /tmp/debs /usr/share/doc /usr/share/man /usr/share/locale
cp -a /tmp/tree/. /
rm -rf /tmp/tree
useradd --uid 988 --home-dir /home/container --create-home container
`;

async function makeSet({ packages, unpacked = [], images, stopSignals = {}, finish }, file) {
  say(`Making the images ${Object.keys(images).join(', ')}…`);
  await ensureDebianImage();
  const container = `lightdeck-test-make-${randomBytes(6).toString('hex')}`;
  const own = Object.keys(images).map((image) => `${prefix}/${image}:1`);
  await inTempFolder(async (work) => {
    const make = ['create', '--network', 'none', '--name', container, names.debian, 'sleep', '600'];
    await docker('Making a container for the images', make);
    try {
      const debs = await fetchPackages(work, container, packages);
      const tree = join(work, 'tree');
      await program(tree, 'entrypoint.sh', entrypoint);
      await program(tree, 'usr/local/bin/apt', standIn.apt);
      await mkdir(join(tree, 'etc/egg'), { recursive: true });
      await writeFile(join(tree, 'etc/egg/.curlrc'), noDownloads);
      if (unpacked.length > 0) await unpack(work, unpacked, tree);
      const changes = [...(await finish(tree)), 'ENV CURL_HOME=/etc/egg', 'ENTRYPOINT []'];
      await mkdir(join(work, 'debs'));
      for (const deb of debs) await cp(join(work, 'archives', deb), join(work, 'debs', deb));
      await docker('Starting it', ['start', container]);
      await docker('Copying packages', ['cp', join(work, 'debs'), `${container}:/tmp/debs`]);
      await docker('Copying programs', ['cp', tree, `${container}:/tmp/tree`]);
      await docker(`Installing ${packages.join(', ')}`, ['exec', container, 'sh', '-c', setUp]);
      for (const [image, more] of Object.entries(images)) {
        const all = [...changes, ...more].flatMap((change) => ['--change', change]);
        await docker(`Committing ${image}`, ['commit', ...all, container, `${prefix}/${image}:1`]);
      }
      for (const [image, signal] of Object.entries(stopSignals)) {
        // A commit takes no stop signal.
        const recipe = join(work, `${image}.build`);
        await mkdir(recipe);
        await writeFile(join(recipe, 'Dockerfile'), `FROM ${prefix}/${image}:1\nSTOPSIGNAL ${signal}\n`);
        await docker(`Building ${image}`, ['build', '--quiet', '--tag', `${prefix}/${image}:1`, recipe]);
      }
      await docker('Keeping the images', ['save', '--output', join(work, 'images.tar'), ...own]);
      await rename(join(work, 'images.tar'), file);
    } finally {
      await run('docker', ['rm', '-f', container]);
      await run('docker', ['rmi', ...own]);
    }
  });
}

/** Makes those files unless they are there; `isLong`: also what only whole proofs use. Null, or why this machine can't. */
export async function ensureEggImages({ isLong }) {
  if (!canInstallPackages || !findProgram('debootstrap'))
    return 'making images for eggs takes root on Debian or Ubuntu';
  const lock = await readFile(inRoot('tests/game/nodejs-egg/package-lock.json'));
  const own = await readFile(import.meta.filename);
  for (const set of sets) {
    if (set.isLong && !isLong) continue;
    const recipe = hash('egg images', own, lock, process.version, process.arch);
    const file = join(cacheDir, `${set.name}.tar`);
    const stamp = join(cacheDir, `${set.name}.recipe`);
    if (existsSync(file) && (await readFile(stamp, 'utf8').catch(() => '')) === recipe) continue;
    await makeSet(set, file);
    await writeFile(stamp, recipe);
  }
  return null;
}
