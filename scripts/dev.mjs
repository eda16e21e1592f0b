// `npm run dev`: the page with hot reload, main process and bridge built anew at each change, and the app on them started
// anew; without a display the headless host instead, and the page in a browser. One Ctrl+C ends all. Arguments go to the host.
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { ensureDependencies } from './lib/dependencies.mjs';
import { findDesktop } from './lib/desktop.mjs';
import { watchBuilds } from './lib/dev-builds.mjs';
import { servePage } from './lib/dev-page.mjs';
import { DevProgram } from './lib/dev-program.mjs';
import { withLock } from './lib/lock.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { runMain, say } from './lib/output.mjs';
import { inRoot, root, setupLock } from './lib/paths.mjs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Signals that come within this time of each other are one act of the user: from the terminal, and from npm. */
const sameSignalMs = 500;
/** Both parts are built before the first start. */
const parts = ['main', 'preload'];

/** The value of `--name VALUE` or `--name=VALUE`, or null. */
function option(args, name) {
  const index = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  if (index < 0) return null;
  return args[index].includes('=') ? args[index].slice(name.length + 1) : (args[index + 1] ?? null);
}

/** A port that is free now, the same one for each start to come, so that the page needs to know one only. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** What the host is started with: a data folder of its own and a port that stays, unless the user names others. */
async function hostOptions(args) {
  const wanted = option(args, '--port');
  const port = wanted === null || wanted === '0' ? await freePort() : wanted;
  const own = args.filter((arg, index) => arg !== '--headless' && !isPort(arg, args[index - 1]));
  const data = option(args, '--data') === null ? ['--data', inRoot('.cache/dev-data')] : [];
  return { port, args: [...own, ...data, '--port', String(port), '--dev'] };
}
const isPort = (arg, before) => arg === '--port' || arg.startsWith('--port=') || before === '--port';

/** Resolves at the first signal; at a second one `force` is called. */
function untilSignal(force) {
  return new Promise((resolve) => {
    let first = null;
    const onSignal = () => {
      if (first === null) {
        first = performance.now();
        resolve(0);
      } else if (performance.now() - first > sameSignalMs) force();
    };
    for (const signal of signals) process.on(signal, onSignal);
  });
}

async function main() {
  checkNodeVersion();
  const wish = process.argv.slice(2);
  await withLock(setupLock, async () => {
    await ensureDependencies();
    // What is built from here on is not a whole build any more: `npm start` makes one.
    await rm(inRoot('dist/.stamp'), { force: true });
  });
  const { runtime, reason } = wish.includes('--headless')
    ? { runtime: null, reason: 'that was asked for' }
    : await findDesktop();
  const { port, args } = await hostOptions(wish);
  const page = await servePage(port);
  const command = runtime ?? process.execPath;
  const entry = runtime ? root : inRoot('dist/main/headless.js');

  let program;
  const signal = untilSignal(() => {
    program?.kill();
    process.exit(1);
  });
  const closed = new Promise((resolve) => {
    const onEnd = (code) => {
      // The window was closed. A host that fails waits for the change that mends it.
      if (code === 0) resolve(0);
      else say(`The host ended with exit code ${code}; it starts again at the next change.`);
    };
    const start = () => ({ command, args: [entry, ...args], env: { LIGHTDECK_DEV_URL: page.url } });
    program = new DevProgram({ start, onEnd });
  });
  const missing = new Set(parts);
  const builds = await watchBuilds((name) => {
    missing.delete(name);
    if (missing.size === 0) program.restart();
  });
  say(
    runtime
      ? `The window shows the page of ${page.url}.`
      : `No window, since ${reason}: open ${page.url} in a browser.`,
  );
  const code = await Promise.race([signal, closed]);
  await Promise.all([program.close(), builds.close(), page.close()]);
  return code;
}

// What Vite leaves open must not keep us.
runMain(main).then(() => process.exit());
