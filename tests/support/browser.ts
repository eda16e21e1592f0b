import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { onTestFinished } from 'vitest';
import type { OnEnd } from './cleanup.ts';
import type { HostProcess } from './host-process.ts';
import { chromiumPath } from './requirements.ts';
import { inStillNetworks } from './still-networks.ts';
import { until } from './until.ts';

/** How long a page may take to show something that it should show at once, on a machine with much else to do, in ms. */
const patienceMs = 60_000;

const quietFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** The one of this worker, which ends with it: test files follow each other in a worker and share its modules. */
let kept: Browser | null = null;

async function launch(args: string[]): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error('There is no Chromium on this machine.');
  return inStillNetworks(executablePath, (path) =>
    chromium.launch({ executablePath: path, args: [...quietFlags, ...args] }),
  );
}

/** Debian's Chromium without a window. At the end its pages are closed; with arguments it is one of its own, which is closed too. */
export async function openBrowser(onEnd: OnEnd, args: string[] = []): Promise<Browser> {
  if (args.length === 0 && !kept?.isConnected()) kept = await launch([]);
  const browser = args.length === 0 && kept ? kept : await launch(args);
  onEnd(async () => {
    for (const context of browser.contexts()) await context.close();
    if (browser !== kept) await browser.close();
  });
  return browser;
}

/** What went wrong inside a page without anybody seeing it: exceptions, violated policies, errors in its console. */
export type PageTrouble = string[];

export interface PageOptions {
  /** Default: the host's master token. Null: nobody is signed in. */
  token?: string | null;
  /** Default `/`. */
  path?: string;
  context?: BrowserContextOptions;
}

export interface OpenedPage {
  page: Page;
  context: BrowserContext;
  trouble: PageTrouble;
}

/** A page of its own context (storage, scheme, size), signed in by link, on the interface that the host itself serves. */
export async function openPage(
  browser: Browser,
  host: HostProcess,
  request: PageOptions = {},
): Promise<OpenedPage> {
  const { token = host.token, path = '/', context: options = {} } = request;
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const trouble: PageTrouble = [];
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('console', (message) => {
    // A request or socket that fails because the host is away is the page's daily life, not its fault.
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text()))
      trouble.push(message.text());
  });
  endWithTest(page, trouble, refused(page));
  await goTo(page, `${host.url}${path}${token === null ? '' : `#token=${token}`}`);
  return { page, context, trouble };
}

/**
 * Opens the address, and does what a person would whose page stays empty: loads it again. Containers of other tests start meanwhile, and
 * Chromium drops the requests under way with each. What is behind the first script asks again by itself.
 */
export async function goTo(page: Page, url: string): Promise<void> {
  const isThere = async (): Promise<boolean> => {
    if ((await page.evaluate('document.getElementById("root")?.childElementCount ?? 0')) !== 0) return true;
    await page.waitForSelector('#root > *', { state: 'attached', timeout: 40_000 });
    return true;
  };
  for (let left = 4; left > 0; left -= 1) {
    const isDone = await page
      .goto(url, { waitUntil: 'load' })
      .then(isThere)
      .catch((error: unknown) => {
        if (left === 1) throw error;
        return false;
      });
    if (isDone) return;
  }
}

/** Requests of the page that came to nothing: fine while a host is away, a hint when the page never shows what it should. */
function refused(page: Page): string[] {
  const list: string[] = [];
  const note = (line: string): void => void (list.length < 100 && list.push(line));
  page.on('requestfailed', (request) => note(`${request.url()}: ${request.failure()?.errorText}`));
  page.on('response', (response) => {
    if (response.status() >= 400) note(`${response.url()}: ${response.status()}`);
  });
  return list;
}

/**
 * It goes with its test: one that stays open goes on working while the next ones run. If the test failed, what it shows is told before, since a
 * page that never shows what it should is a riddle without that. One that is opened in a hook stays until the file's end.
 */
function endWithTest(page: Page, trouble: PageTrouble, requests: string[]): void {
  const tell = async (): Promise<void> => {
    if (page.isClosed()) return;
    const shown = await page.locator('body').innerText();
    process.stderr.write(
      `${page.url()} shows:\n${shown}\nIts troubles: ${JSON.stringify([...trouble, ...requests])}\n`,
    );
  };
  try {
    onTestFinished(async ({ task }) => {
      if (task.result?.state === 'fail') await tell().catch(() => {});
      await page.context().close();
    });
  } catch {
    // Opened in a hook.
  }
}

/**
 * Waits until the open console tab's search finds the text, and returns how often it is there. The terminal draws to a canvas:
 * what it shows can't be read from the document. Leaves the search closed.
 */
export async function findInConsole(page: Page, text: string): Promise<number> {
  await page.keyboard.press('Control+f');
  const field = page.getByRole('textbox', { name: 'Search the console' });
  const found = page.getByText(/^\d+ of \d+$/);
  await field.waitFor();
  await until(
    async () => {
      await field.fill('');
      await field.fill(text);
      return found.waitFor({ timeout: 500 }).then(
        () => true,
        () => false,
      );
    },
    { timeoutMs: patienceMs, what: `“${text}” in the console` },
  );
  const count = Number(/of (\d+)$/.exec((await found.textContent()) ?? '')?.[1]);
  await field.press('Escape');
  await field.waitFor({ state: 'detached' });
  return count;
}
