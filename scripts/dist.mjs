// `npm run dist`: builds, then packages for this platform with Electron's official runtime.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { officialElectron } from './lib/desktop.mjs';
import { withLock } from './lib/lock.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { runMain, SetupError, say } from './lib/output.mjs';
import { packageApp, packagedFolder } from './lib/package-app.mjs';
import { setupLock } from './lib/paths.mjs';
import { findProgram } from './lib/run.mjs';

const help = `npm run dist -- [options]

Makes installers of Lightdeck for this platform in release/.

  --dir                    only the app's folder, no installer
  --output FOLDER          put it there instead
  --electron FOLDER        package this Electron instead of the official one (with --electron-version)
  --electron-version V     its version
  --inspect                leave the debugger's fuse on, for tests: never give such a package away
  --signed                 fail rather than make something unsigned (macOS, Windows)
  --help

Environment:
  LIGHTDECK_UPDATE_URL     where the app will look for updates (https); without it, it never looks
  LIGHTDECK_HOMEPAGE, LIGHTDECK_MAINTAINER ("Name <address>")
                           what deb and rpm packages must say; without them only the AppImage is made
  Signing: see docs/release.md.
`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        dir: { type: 'boolean', default: false },
        output: { type: 'string' },
        electron: { type: 'string' },
        'electron-version': { type: 'string' },
        inspect: { type: 'boolean', default: false },
        signed: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (Boolean(values.electron) !== Boolean(values['electron-version']))
      throw new Error('--electron and --electron-version belong together.');
    return values;
  } catch (error) {
    throw new SetupError(`${error.message}\n\n${help}`);
  }
}

/** An address that an installed app can trust: what comes from it is run. */
function updateFeed() {
  const feed = process.env.LIGHTDECK_UPDATE_URL;
  if (!feed) return undefined;
  if (!URL.canParse(feed) || new URL(feed).protocol !== 'https:')
    throw new SetupError(`LIGHTDECK_UPDATE_URL must be an https address, and is ${feed}.`);
  return feed;
}

/** The installers that can be made here; why the others can't is said. */
function linuxTargets() {
  const { LIGHTDECK_HOMEPAGE: homepage, LIGHTDECK_MAINTAINER: maintainer } = process.env;
  if (!homepage || !maintainer) {
    say(
      'No deb and no rpm: such packages name a home page and a maintainer. Set LIGHTDECK_HOMEPAGE and LIGHTDECK_MAINTAINER ("Name <address>").',
    );
    return ['AppImage'];
  }
  if (findProgram('rpmbuild')) return ['AppImage', 'deb', 'rpm'];
  say('No rpm: rpmbuild is missing. On Debian and Ubuntu it is in the package rpm.');
  return ['AppImage', 'deb'];
}

function wantedTargets({ dir }) {
  if (dir) return ['dir'];
  return process.platform === 'linux'
    ? linuxTargets()
    : process.platform === 'win32'
      ? ['nsis']
      : ['dmg', 'zip'];
}

/** The runtime to package. On macOS the universal app needs two of them, which electron-builder fetches itself. */
async function chooseRuntime(options) {
  if (options.electron) return { electron: resolve(options.electron), version: options['electron-version'] };
  if (process.platform === 'darwin') return {};
  const { folder, problem } = await officialElectron();
  if (folder) return { electron: folder };
  throw new SetupError(
    `Nothing was packaged: ${problem} It is downloaded from Electron's releases; check the network connection and try again. An app's folder with another runtime: npm run dist -- --dir --electron FOLDER --electron-version VERSION`,
  );
}

async function main() {
  checkNodeVersion();
  const options = readOptions();
  if (options.help) {
    process.stdout.write(help);
    return;
  }
  const feed = updateFeed();
  await withLock(setupLock, async () => {
    await ensureDependencies();
    await ensureBuild();
  });
  const runtime = await chooseRuntime(options);
  const output = options.output && resolve(options.output);
  const made = await packageApp({
    ...runtime,
    targets: wantedTargets(options),
    output,
    inspect: options.inspect,
    signed: options.signed,
    feed,
    homepage: process.env.LIGHTDECK_HOMEPAGE,
    maintainer: process.env.LIGHTDECK_MAINTAINER,
  }).catch((error) => {
    throw new SetupError(`The packaging failed: ${error.message}`);
  });
  if (options.inspect) say('The debugger’s fuse is on: this package is for tests alone.');
  say(['Made:', ...(options.dir ? [packagedFolder(output).folder] : made)].join('\n  '));
}

runMain(main);
