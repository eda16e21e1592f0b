import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { extractFile, listPackage, statFile } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { Packager, Platform } from 'electron-builder';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { suiteCleanup } from '../support/cleanup.ts';
import { asUser, desktopEnvironment, launchDesktop, openScreen, userFolder } from '../support/desktop.ts';
import { desktopUser, electronFolder } from '../support/electron.ts';
import { packagedApp, type ReleasePackage, releasePackage } from '../support/packaged-app.ts';
import { tempDir } from '../support/temp.ts';

const root = resolve(import.meta.dirname, '../..');
const manifest = z.object({ main: z.string(), desktopName: z.string(), version: z.string() });
const lock = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().optional(), version: z.string() })),
});
const named = z.object({ name: z.string(), version: z.string() });
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** How a fuse is written in the executable. */
const [off, on] = ['0', '1'].map((digit) => digit.charCodeAt(0));

/** What a release's fuses must be. The archive's own checksum is looked at on macOS and Windows alone. */
const releaseFuses = {
  [FuseV1Options.RunAsNode]: off,
  [FuseV1Options.EnableCookieEncryption]: on,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: off,
  [FuseV1Options.EnableNodeCliInspectArguments]: off,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: on,
  [FuseV1Options.OnlyLoadAppFromAsar]: on,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: off,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: off,
};

describe.skipIf(electronFolder() === null)('the package', () => {
  const onEnd = suiteCleanup();
  let release: ReleasePackage;
  let files: string[];

  beforeAll(() => {
    release = releasePackage();
    const all = listPackage(release.archive, { isPack: false }).map((path) => path.slice(1));
    files = all.filter((path) => 'size' in statFile(release.archive, path, false));
  });

  it('holds what runs, and nothing of what builds, tests or describes it', () => {
    const tops = new Set(files.map((path) => path.split('/').slice(0, 2).join('/')));
    const ours = [...tops].filter((top) => !top.startsWith('node_modules/'));
    expect(ours.sort()).toEqual(['LICENSE', 'dist/main', 'dist/preload', 'dist/renderer', 'package.json']);
    const unwanted = /\.(map|ts|mts|cts|c|h|gyp)$|(^|[/.])(test|tests|spec)[/.]|dist\/main\/headless/;
    expect(files.filter((path) => unwanted.test(path))).toEqual([]);
  });

  it('holds of node_modules only what runs outside of the bundle', () => {
    const { packages } = lock.parse(JSON.parse(read('package-lock.json')));
    const allowed = Object.entries(packages).flatMap(([path, { dev, version }]) =>
      path === '' || dev ? [] : [`${path.split('node_modules/').at(-1)}@${version}`],
    );
    const modules = files.filter((path) => path.startsWith('node_modules/'));
    const found = modules
      .filter((path) => /(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path))
      .map((path) => named.parse(JSON.parse(extractFile(release.archive, path).toString())))
      .map(({ name, version }) => `${name}@${version}`);
    expect(found.filter((one) => !allowed.includes(one))).toEqual([]);
    const names = found.map((one) => one.replace(/@[^@]*$/, ''));
    expect(names).toContain('libsql');
    const bundled = /fastify|zod|react$|dockerode|ssh2|grpc|protobuf|^ws$|^pino$/;
    expect(names.filter((name) => bundled.test(name) || /electron|cpu-features|musl/.test(name))).toEqual([]);
    // libbzip2 is read as a file; its sources are not wanted.
    expect(modules.filter((path) => path.includes('bzip2-1.0.8/'))).toEqual([
      'node_modules/bzip2-wasm/bzip2-1.0.8/bzip2.wasm',
    ]);
    for (const library of ['fzstd/lib/index.js', 'xz-decompress/dist/package/xz-decompress.js'])
      expect(modules).toContain(`node_modules/${library}`);
  });

  it('keeps native parts beside the archive, for this system alone', () => {
    const native = files.filter((path) => path.endsWith('.node'));
    expect(native).toEqual([`node_modules/@libsql/linux-${process.arch}-gnu/index.node`]);
    for (const path of native) {
      expect(statFile(release.archive, path)).toMatchObject({ unpacked: true });
      expect(readFileSync(join(`${release.archive}.unpacked`, path)).length).toBeGreaterThan(1_000_000);
    }
  });

  it('names an entry that is there, and the icons that it shows', () => {
    const packed = manifest.parse(JSON.parse(extractFile(release.archive, 'package.json').toString()));
    expect(files).toContain(packed.main);
    expect(packed.desktopName).toBe('lightdeck.desktop');
    expect(files).toContain('dist/main/icons/trayTemplate@2x.png');
  });

  it('brings no library that hooks into the stack traces and errors of the whole process', () => {
    const code = files
      .filter((path) => /^dist\/main\/.*\.js$/.test(path))
      .map((path) => extractFile(release.archive, path).toString());
    expect(code.some((one) => one.includes('CiaoService'))).toBe(true);
    const hook = /wrapCallSite/;
    expect(read('node_modules/source-map-support/source-map-support.js')).toMatch(hook);
    expect(code.some((one) => hook.test(one))).toBe(false);
  });

  it('has a release’s fuses', async () => {
    expect(await getCurrentFuseWire(release.executable)).toMatchObject(releaseFuses);
  });

  it.skipIf(desktopUser() === null)('starts, out of its archive, with its page and its bridge', async () => {
    const { executable } = await packagedApp(onEnd);
    const display = await openScreen(onEnd);
    const { app, window } = await launchDesktop({ executable, display, dataDir: userFolder(onEnd), onEnd });
    expect(await app.evaluate(({ app: own }) => own.isPackaged && own.getAppPath())).toMatch(/app\.asar$/);
    expect(await app.evaluate(({ app: own }) => own.getVersion())).toBe(
      manifest.parse(JSON.parse(read('package.json'))).version,
    );
    await window.getByRole('main').getByRole('button', { name: 'New server' }).waitFor();
    await app.close();
  });
});

describe.skipIf(desktopUser() === null || electronFolder() === null)(
  'the service of the deb and the rpm',
  () => {
    const onEnd = suiteCleanup();
    const unit = read('build/systemd/user/lightdeck-app.service');

    it('is a host without a screen, for its user alone; a signal ends it in order', async () => {
      const [program, ...args] = (/^ExecStart=(.+)$/m.exec(unit)?.[1] ?? '').split(' ');
      expect(program).toBe('/opt/Lightdeck/lightdeck');
      const { executable } = await packagedApp(onEnd);
      const dataDir = userFolder(onEnd);
      const { DISPLAY: _none, ...env } = desktopEnvironment({
        executable,
        display: '',
        dataDir,
        env: { DOCKER_HOST: 'unix:///nowhere.sock' },
        onEnd,
      });
      const command = [...args, '--data', dataDir, '--port', '0', '--json'];
      const child = spawn(asUser(executable, onEnd), command, { env, stdio: ['ignore', 'pipe', 'ignore'] });
      onEnd(() => void child.kill('SIGKILL'));
      const [line] = await once(createInterface({ input: child.stdout }), 'line');
      const { url } = z.object({ event: z.literal('ready'), url: z.url() }).parse(JSON.parse(String(line)));
      expect(await (await fetch(url)).text()).toContain('<div id="root">');
      expect(readdirSync(join(dataDir, 'window'))).toEqual(['service']);
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([0, null]);
    });

    it('is a unit that systemd takes', () => {
      const place = join(tempDir(onEnd), 'lightdeck.service');
      writeFileSync(place, unit.replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`));
      execFileSync('systemd-analyze', ['verify', '--man=no', place], { stdio: 'pipe' });
    });
  },
);

describe('the installers’ configuration', () => {
  it('is valid, tells each system of lightdeck:// addresses, and asks for no administrator', async () => {
    const targets = Platform.LINUX.createTarget(['deb']);
    const packager = new Packager({ projectDir: root, targets, config: { extends: 'electron-builder.yml' } });
    await packager.validateConfig();
    const { config } = packager;
    // On Linux this becomes the desktop entry's MimeType.
    expect(config.protocols).toEqual([{ name: 'Lightdeck', schemes: ['lightdeck'] }]);
    expect(config.linux).toMatchObject({ target: ['AppImage', 'deb', 'rpm'], syncDesktopName: true });
    expect(config.nsis).toMatchObject({ oneClick: false, perMachine: false, allowElevation: false });
    expect(config.mac).toMatchObject({ hardenedRuntime: true, entitlements: 'build/entitlements.mac.plist' });
    expect(config.publish).toBeNull();
    // Later kinds bring their own FUSE and leave the sandbox on in their entry.
    expect(config.toolsets?.appimage).toMatch(/^1\./);
    expect(config.appImage?.executableArgs ?? config.linux?.executableArgs).toBeUndefined();
  });

  it('has icons made from the drawing as it is now (else: npm run icons)', async () => {
    const { createHash } = await import('node:crypto');
    const digest = createHash('sha256');
    for (const path of ['build/icon.svg', 'scripts/make-icons.mjs', 'scripts/lib/icon-files.mjs'])
      digest.update(read(path));
    expect(read('build/icons/made-from.sha256').trim()).toBe(digest.digest('hex'));
  });
});
