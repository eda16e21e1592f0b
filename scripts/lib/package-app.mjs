import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inRoot, root } from './paths.mjs';

/** Left out of every package: the runtime's own stand-in for an app. */
async function dropDefaultApp({ appOutDir, packager }) {
  await rm(join(packager.getResourcesDir(appOutDir), 'default_app.asar'), { force: true });
}

/** What deb and rpm have beside the app: its page in software centres, its licence, a service for whoever wants one, an icon of any size. As fpm takes them. */
const beside = [
  ['build/linux/metainfo.xml', '/usr/share/metainfo/app.lightdeck.desktop.metainfo.xml'],
  ['build/linux/copyright', '/usr/share/doc/lightdeck/copyright'],
  ['build/systemd/user/lightdeck-app.service', '/usr/lib/systemd/user/lightdeck.service'],
  ['build/icon.svg', '/usr/share/icons/hicolor/scalable/apps/lightdeck.svg'],
].map(([source, target]) => `${inRoot(source)}=${target}`);

/**
 * Packages what is built. `targets`: names of installers for this platform, or `dir` for a folder alone. All else is
 * optional: `electron` is a runtime's folder and `version` its version; `inspect` leaves the debugger's fuse on; `feed` is
 * where updates will come from; `signed` refuses to make anything unsigned; `prepackaged` is an app's folder that was packaged before. Returns the paths of the installers. Rejects
 * with electron-builder's errors. `release` is another version of the app's own than package.json says.
 */
export async function packageApp({
  targets,
  output,
  electron,
  version,
  inspect,
  feed,
  homepage,
  maintainer,
  signed,
  prepackaged,
  release,
}) {
  const { build, Platform } = await import('electron-builder');
  const platform = Platform.current();
  const config = {
    extends: 'electron-builder.yml',
    afterPack: dropDefaultApp,
    deb: { fpm: beside },
    rpm: { fpm: beside },
    ...(output && { directories: { output } }),
    ...(electron && { electronDist: electron }),
    ...(version && { electronVersion: version }),
    ...(inspect && { electronFuses: { enableNodeCliInspectArguments: true } }),
    ...(feed && { publish: [{ provider: 'generic', url: feed }] }),
    extraMetadata: { ...(homepage && { homepage }), ...(release && { version: release }) },
    ...(maintainer && { linux: { maintainer } }),
    ...(signed && { forceCodeSigning: true }),
  };
  // On macOS the configuration names an architecture with each target.
  const wanted = platform === Platform.MAC && !targets.includes('dir') ? undefined : targets;
  return build({
    projectDir: root,
    targets: platform.createTarget(wanted),
    publish: 'never',
    config,
    prepackaged,
  });
}

/** Where a package's folder and its executable are, under the output folder. */
export function packagedFolder(output = inRoot('release')) {
  if (process.platform === 'linux') {
    const folder = join(output, process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`);
    return { folder, executable: join(folder, 'lightdeck') };
  }
  if (process.platform === 'win32') {
    const folder = join(output, process.arch === 'x64' ? 'win-unpacked' : `win-${process.arch}-unpacked`);
    return { folder, executable: join(folder, 'lightdeck.exe') };
  }
  const folder = join(output, `mac${process.arch === 'x64' ? '' : `-${process.arch}`}`);
  return { folder, executable: join(folder, 'Lightdeck.app/Contents/MacOS/lightdeck') };
}
