// `npm run screenshots`: builds, starts a host of its own with demo servers, and photographs every screen and state, dark
// and light, into docs/screenshots/. Needs Docker with the test images (node scripts/setup-tests.mjs) and Chromium.
import { cp, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { ensureBuild } from './lib/build.mjs';
import { DemoHost } from './lib/demo-host.mjs';
import { makeDemoServers } from './lib/demo-servers.mjs';
import { withLock } from './lib/lock.mjs';
import { runMain, SetupError, say } from './lib/output.mjs';
import { inRoot, setupLock } from './lib/paths.mjs';
import { findProgram } from './lib/run.mjs';
import { german, pages } from './lib/shots.mjs';

const finished = inRoot('docs/screenshots');
/** Where they are made: what is there stays until all of them are. */
const folder = inRoot('.cache/screenshots');
const wide = { width: 1280, height: 800 };
const narrow = { width: 390, height: 844 };
const schemes = ['dark', 'light'];
/** Until a page has drawn what it asked the host for, in ms. */
const settleMs = 1200;
/** Until it is drawn anew in another size or colour. */
const redrawMs = 400;
/** An engine that nobody has, for the picture of its absence. */
const noEngine = 'unix:///var/run/docker-is-not-here.sock';

class Photographer {
  constructor(browser) {
    this.browser = browser;
  }

  /**
   * Opens a page of its own, signed in unless `token` is null, does there what is to be done first, and photographs it:
   * dark and light, and where it is wanted also narrow.
   */
  async shoot({
    name,
    host,
    path = '/',
    settle = settleMs,
    token = host.token,
    act,
    sizes = ['wide'],
    locale = 'en-GB',
  }) {
    const context = await this.browser.newContext({
      viewport: sizes[0] === 'narrow' ? narrow : wide,
      reducedMotion: 'reduce',
      locale,
    });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      await page.goto(`${host.url}${path}${token === null ? '' : `#token=${token}`}`);
      await page.waitForTimeout(settle);
      if (act) await act(page);
      for (const size of sizes) await this.#take(page, name, size);
    } catch (error) {
      throw new SetupError(`The picture ${name} could not be taken: ${error.message}`);
    } finally {
      await context.close();
    }
    say(`  ${name}`);
  }

  async #take(page, name, size) {
    await page.setViewportSize(size === 'narrow' ? narrow : wide);
    // Nothing under the mouse.
    await page.mouse.move(0, 0);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(redrawMs);
      const file = `${name}-${size === 'narrow' ? 'narrow-' : ''}${colorScheme}.png`;
      await page.screenshot({ path: `${folder}/${file}`, caret: 'hide' });
    }
  }
}

/** Every screen of a host with servers, and the main ones in German. */
async function shootPages(photographer, host, ids) {
  for (const { path, ...shot } of [...pages, ...german]) {
    const place = path.replace(/\{(\w+)\}/g, (_, key) => ids[key]);
    await photographer.shoot({ ...shot, host, path: place });
  }
}

/** Sign-in, as a browser sees it first and after its token was refused; a token that ends soon; one that may see little. */
async function shootSignIn(photographer, host) {
  await photographer.shoot({ name: 'sign-in', host, token: null, sizes: ['wide', 'narrow'] });
  await photographer.shoot({ name: 'sign-in-refused', host, token: 'lightd_0123456789abcdef' });
  const short = await host.ask('POST', '/auth/tokens', { ttl: '45s', label: 'tablet' });
  await photographer.shoot({ name: 'token-expiring', host, token: short.token });
  const poor = { ttl: '5m', label: 'files only', scopes: ['files.read'] };
  const { token } = await host.ask('POST', '/auth/tokens', poor);
  await photographer.shoot({ name: 'not-permitted', host, token });
}

/** A host without servers, and the same out of reach. */
async function shootEmpty(photographer) {
  const host = await DemoHost.start();
  const goAway = async (page) => {
    await host.stop('SIGKILL');
    await page.waitForTimeout(3000);
  };
  try {
    await photographer.shoot({ name: 'empty', host, sizes: ['wide', 'narrow'] });
    await photographer.shoot({ name: 'offline', host, act: goAway });
  } finally {
    await host.close();
  }
}

async function shootNoDocker(photographer) {
  const host = await DemoHost.start({ DOCKER_HOST: noEngine });
  const act = (page) => page.getByText('What was tried').click();
  try {
    await photographer.shoot({ name: 'no-docker', host, settle: 3000, act });
  } finally {
    await host.close();
  }
}

async function openBrowser() {
  const chosen = process.env.LIGHTDECK_TEST_CHROMIUM;
  const executablePath = chosen || findProgram('chromium') || findProgram('google-chrome');
  if (!executablePath)
    throw new SetupError('There is no Chromium: install it, or name it in LIGHTDECK_TEST_CHROMIUM.');
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
  });
}

/** How many pictures there are, and their size together in MB. */
async function tellSize() {
  let sum = 0;
  const names = (await readdir(finished)).filter((name) => name.endsWith('.png'));
  for (const name of names) sum += (await stat(`${finished}/${name}`)).size;
  say(`${names.length} pictures in docs/screenshots, ${(sum / 1e6).toFixed(1)} MB.`);
}

async function main() {
  await withLock(setupLock, ensureBuild);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const browser = await openBrowser();
  const photographer = new Photographer(browser);
  let host = null;
  // Ctrl+C ends the browser, which makes the next picture fail, which cleans up.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void browser.close());
  try {
    host = await DemoHost.start();
    say('Making the demo’s servers…');
    const ids = await makeDemoServers(host);
    await shootPages(photographer, host, ids);
    await shootSignIn(photographer, host);
    await shootEmpty(photographer);
    await shootNoDocker(photographer);
  } finally {
    await host?.close();
    await browser.close();
  }
  await rm(finished, { recursive: true, force: true });
  await cp(folder, finished, { recursive: true });
  await rm(folder, { recursive: true, force: true });
  await tellSize();
}

runMain(main);
