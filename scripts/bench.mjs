// `npm run bench`: builds the host, sets up an engine and the small test image where they are missing, and measures. Options
// go to bench/run.ts (`npm run bench -- --help`). Needs Linux: it reads what processes cost from /proc.
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBuild } from './lib/build.mjs';
import { canInstallPackages, installPackages } from './lib/debian.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { ensureEngine, stopEngine } from './lib/engine-setup.mjs';
import { withLock } from './lib/lock.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { runMain, SetupError } from './lib/output.mjs';
import { inRoot, root, setupLock } from './lib/paths.mjs';
import { findProgram } from './lib/run.mjs';
import { ensureBusyboxImage } from './lib/test-images.mjs';
import { prepareTests } from './lib/test-setup.mjs';

/** Programs that the chapters use, and the packages they come in. nginx is what uploads and downloads are compared with. */
const packages = {
  busybox: 'busybox-static',
  curl: 'curl',
  nginx: 'nginx-light',
  chromium: 'chromium',
};
/** What backups are compared with; without them, they are measured alone. */
const optionalPackages = { restic: 'restic', borg: 'borgbackup' };

/** One for each run: two at once must not take each other's programs away. */
const outDir = inRoot('.cache/bench', String(process.pid));

/** Node 20 reads no TypeScript: the measuring program is bundled, its libraries stay outside. */
async function bundle() {
  const { build, runnerImport } = await import('vite');
  const { module } = await runnerImport(inRoot('scripts/lib/program-text.ts'));
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    plugins: [module.programText()],
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: {
          run: inRoot('bench/run.ts'),
          crowd: inRoot('bench/crowd.ts'),
          'raw-reader': inRoot('bench/raw-reader.ts'),
          'backup-run': inRoot('bench/backup-run.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
}

const removeBundle = () => rm(outDir, { recursive: true, force: true });

/** Runs it to its end; a signal is its business, since it has things to remove. */
function measure(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(outDir, 'run.js'), ...args], {
      stdio: 'inherit',
      env,
    });
    // Ctrl+C reaches it too; here it only must not end us first.
    process.on('SIGINT', () => {});
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** The chapter about the desktop app wants a runtime, a screen and a user for it. */
async function ensureDesktop(args) {
  const only = args.flatMap((argument, index) => (argument === '--only' ? [args[index + 1]] : []));
  if (only.length > 0 && !only.includes('desktop')) return;
  const { failure } = await prepareTests();
  if (failure) throw failure;
}

async function main() {
  checkNodeVersion();
  if (process.platform !== 'linux')
    throw new SetupError('The benchmarks need Linux: they read from /proc what processes cost.');
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    await withLock(setupLock, () => ensureDependencies());
    await bundle();
    return measure(args, process.env).finally(removeBundle);
  }
  const engine = await withLock(setupLock, async () => {
    await ensureDependencies();
    if (!args.some((arg) => arg.startsWith('--host-entry'))) await ensureBuild();
    const found = await ensureEngine();
    if (!found.endpoint) throw new SetupError(found.problem);
    const missingOf = (programs) =>
      Object.entries(programs).flatMap(([program, name]) => (findProgram(program) ? [] : [name]));
    const [missingPackages, optional] = [missingOf(packages), missingOf(optionalPackages)];
    if (missingPackages.length + optional.length > 0 && canInstallPackages)
      await installPackages(missingPackages, optional);
    const missing = await ensureBusyboxImage();
    if (missing) throw new SetupError(`The image for the benchmarks can't be made: ${missing}.`);
    await ensureDesktop(args);
    await bundle();
    return found;
  });
  try {
    return await measure(args, { ...process.env, DOCKER_HOST: engine.endpoint });
  } finally {
    await removeBundle();
    if (engine.pid) await stopEngine(engine.pid);
  }
}

runMain(main);
