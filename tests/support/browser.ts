import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import type { OnEnd } from './cleanup.ts';
import type { HostProcess } from './host-process.ts';
import { chromiumPath } from './requirements.ts';
import { until } from './until.ts';

/** How long a page may take to show something that it should show at once, on a loaded machine. */
const patienceMs = 20_000;

const quietFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Debian's Chromium without a window; closed at the end. */
export async function openBrowser(onEnd: OnEnd, args: string[] = []): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error('There is no Chromium on this machine.');
  const browser = await chromium.launch({ executablePath, args: [...quietFlags, ...args] });
  onEnd(() => browser.close());
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
  await page.goto(`${host.url}${path}${token === null ? '' : `#token=${token}`}`);
  return { page, context, trouble };
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
