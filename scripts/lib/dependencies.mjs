import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError, say } from './output.mjs';
import { root } from './paths.mjs';
import { npm, run } from './run.mjs';

const stampName = '.lightdeck-installed';

async function readJson(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Whether npm's own record of what is installed has every package of the lock file in the same version. */
function agrees(lock, installed) {
  if (!lock || !installed) return false;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '' || wanted.optional || wanted.devOptional || wanted.link) return true;
    return installed.packages?.[path]?.version === wanted.version;
  });
}

async function isInstalled(folder, stamp) {
  const modules = join(folder, 'node_modules');
  const installed = await readJson(join(modules, '.package-lock.json'));
  if (!installed) return false;
  const found = await readFile(join(modules, stampName), 'utf8').catch(() => null);
  if (found !== null) return found === stamp;
  // Installed by hand, without us: good if it is what the lock file says.
  if (!agrees(await readJson(join(folder, 'package-lock.json')), installed)) return false;
  await writeFile(join(modules, stampName), stamp);
  return true;
}

/**
 * Installs a folder's packages by its lock file (`npm ci`) unless that is what is there; needs no network then.
 * Whoever calls holds the set-up lock. Throws SetupError.
 */
export async function ensureDependencies(folder = root, { what = 'dependencies', flags = [] } = {}) {
  const stamp = createHash('sha256')
    .update(await readFile(join(folder, 'package-lock.json')))
    .digest('hex');
  if (await isInstalled(folder, stamp)) return;
  say(`Installing ${what} (npm ci)…`);
  const { command, args, shell } = npm([
    'ci',
    '--include=dev',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...flags,
  ]);
  const { code, stdout, stderr } = await run(command, args, { cwd: folder, shell });
  if (code !== 0) {
    // npm says what is wrong first and how it can be used afterwards.
    const lines = `${stderr}\n${stdout}`
      .split('\n')
      .filter((line) => line.replace(/^npm error/, '').trim() !== '');
    const words = lines.slice(0, 10).join('\n');
    throw new SetupError(
      `Installing ${what} failed (npm ci, exit code ${code}). Check the network connection and try again.\n${words}`,
    );
  }
  await writeFile(join(folder, 'node_modules', stampName), stamp);
}
