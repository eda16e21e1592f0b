import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isRoot } from './debian.mjs';
import { say } from './output.mjs';
import { inRoot, root } from './paths.mjs';
import { run } from './run.mjs';

const downloadTimeoutMs = 180_000;
const packageFolder = inRoot('node_modules/electron');

function executableName() {
  try {
    return readFileSync(join(packageFolder, 'path.txt'), 'utf8').trim();
  } catch {
    if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
    return process.platform === 'win32' ? 'electron.exe' : 'electron';
  }
}

function findRuntime() {
  const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH || join(packageFolder, 'dist'), executableName());
  return existsSync(path) ? path : null;
}

/** Why no window can open here at all, or null. */
function obstacle() {
  if (process.platform !== 'linux') return null;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display';
  if (isRoot) return 'Electron does not run as root';
  return null;
}

/** Why Electron's sandbox would refuse to start, or null: where user namespaces are forbidden it needs its setuid helper. */
function sandboxObstacle(runtime) {
  if (process.platform !== 'linux') return null;
  const forbidden = [
    ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1'],
    ['/proc/sys/kernel/unprivileged_userns_clone', '0'],
  ].some(([path, value]) => existsSync(path) && readFileSync(path, 'utf8').trim() === value);
  if (!forbidden) return null;
  const helper = join(runtime, '..', 'chrome-sandbox');
  try {
    const { uid, mode } = statSync(helper);
    if (uid === 0 && (mode & 0o4755) === 0o4755) return null;
  } catch {
    // No helper: no sandbox.
  }
  return `this system forbids Electron's sandbox; allow it with: sudo chown root ${helper} && sudo chmod 4755 ${helper}`;
}

/** Why it failed, or null. */
async function download() {
  say('Downloading Electron (once)…');
  const work = run(process.execPath, [join(packageFolder, 'install.js')], {
    cwd: root,
    timeout: downloadTimeoutMs,
  });
  const { code, stderr } = await work;
  if (code === 0) return null;
  const [first] = stderr
    .trim()
    .split('\n')
    .filter((line) => /error/i.test(line));
  return `Electron could not be downloaded: ${first ?? `exit code ${code}`}`;
}

/** The folder of the official runtime in the version that ships, downloaded if need be; else `problem` says why not. */
export async function officialElectron() {
  const folder = join(packageFolder, 'dist');
  if (existsSync(join(folder, executableName()))) return { folder, problem: null };
  const problem = await download();
  if (existsSync(join(folder, executableName()))) return { folder, problem: null };
  return { folder: null, problem: `${problem ?? 'Electron’s download left nothing'}.` };
}

/** `runtime` is Electron's executable if a window can open here; else null, and `reason` says why. */
export async function findDesktop() {
  const reason = obstacle();
  if (reason) return { runtime: null, reason };
  if (!findRuntime() && !process.env.ELECTRON_OVERRIDE_DIST_PATH) {
    const problem = await download();
    if (problem) say(problem);
  }
  const runtime = findRuntime();
  if (!runtime)
    return { runtime: null, reason: 'Electron’s runtime is not there and could not be downloaded' };
  const forbidden = sandboxObstacle(runtime);
  return forbidden ? { runtime: null, reason: forbidden } : { runtime, reason: null };
}
