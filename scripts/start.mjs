// `npm start`: installs, builds, finds or sets up Docker, then opens the desktop app, or runs headless where no window
// can open or `--headless` asks for it. All other arguments go to the host. Safe to run again at any time.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { findDesktop } from './lib/desktop.mjs';
import { ensureEngine } from './lib/engine-setup.mjs';
import { withLock } from './lib/lock.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { runMain, say } from './lib/output.mjs';
import { inRoot, root, setupLock } from './lib/paths.mjs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Signals that come within this time of each other are one act of the user. */
const sameSignalMs = 500;
const quickActions = ['--help', '--version', '--token', '--servers'];

/**
 * Runs the host to its end with our terminal; its exit code, or 128 + n after a signal as shells count. The host stops
 * orderly at the first signal and at once at a second one. Ctrl+C reaches us twice (from the terminal and from npm): so
 * the host gets a process group of its own, and signals close together are passed on as one.
 */
function runHost(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: 'inherit',
      cwd: root,
      detached: process.platform !== 'win32',
    });
    let lastSignal = Number.NEGATIVE_INFINITY;
    const forward = (signal) => {
      const now = performance.now();
      if (now - lastSignal < sameSignalMs || process.platform === 'win32') return;
      lastSignal = now;
      child.kill(signal);
    };
    for (const signal of signals) process.on(signal, forward);
    child.once('error', (error) => {
      say(`${command} could not be started: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

async function main() {
  checkNodeVersion();
  const args = process.argv.slice(2);
  const wantsHeadless = args.includes('--headless');
  const hostArgs = args.filter((arg) => arg !== '--headless');
  const isQuick = hostArgs.some((arg) => quickActions.includes(arg.split('=')[0]));
  await withLock(setupLock, async () => {
    await ensureDependencies();
    await ensureBuild();
    if (isQuick) return;
    const { problem } = await ensureEngine();
    if (problem) say(`${problem}\nLightdeck starts anyway and connects as soon as an engine answers.`);
  });
  const headless = [inRoot('dist/main/headless.js'), ...hostArgs];
  if (isQuick || wantsHeadless) return runHost(process.execPath, headless);
  const { runtime, reason } = await findDesktop();
  if (runtime) return runHost(runtime, [root, ...hostArgs]);
  say(`No window, since ${reason}: running headless. Open the address below in a browser.`);
  return runHost(process.execPath, headless);
}

runMain(main);
