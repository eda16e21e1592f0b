import { type Browser, type CDPSession, chromium } from 'playwright-core';
import { wholeChromiumPath } from '../tests/support/requirements.ts';
import { thousandLinesASecond } from '../tests/support/scene.ts';
import type { Context, Scenario } from './context.ts';
import { startFleet } from './fleet.ts';
import { delay } from './meter.ts';
import { readTrace } from './trace.ts';

/** Changes its figures all the time, so that there is something to show each second. */
const restless = 'while :; do sleep 1; done';
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
];

/** Remembers when the first card of a server was there. */
const watchCards = `
  new MutationObserver((_, observer) => {
    if (!document.querySelector('article')) return;
    observer.disconnect();
    window.firstCard = performance.now();
  }).observe(document, { childList: true, subtree: true });
`;

const countFrames = (ms: number): string => `new Promise((resolve) => {
  const start = performance.now();
  let frames = 0;
  const next = (now) => {
    frames += 1;
    if (now - start > ${ms}) resolve((frames / (now - start)) * 1000);
    else requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})`;

/** The interface in a real browser: 50 servers whose figures change, and a console at 1,000 lines a second. */
export const page: Scenario = async ({ setup, disposers, quick, say }: Context) => {
  const size = quick ? 5 : 50;
  const minutes = quick ? 0.2 : 10;
  say(`making ${size} servers`);
  const { host } = await startFleet(setup, disposers, size, restless);
  await host.install(
    'bench-page',
    thousandLinesASecond.replace('line $i', `line $i ${'of a game that talks a lot '.repeat(3)}`),
  );
  const browser = await openBrowser(disposers);
  const opened = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await opened.addInitScript(watchCards);

  say('loading the overview');
  const paints: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    await opened.goto('about:blank');
    await opened.goto(`${host.url}/#token=${host.token}`);
    await opened.getByRole('article').first().waitFor();
    paints.push(Number(await opened.evaluate('window.firstCard')));
  }
  await opened.goto(`${host.url}/servers/bench-page`);
  await opened.locator('.terminal.xterm').waitFor();
  await host.run('bench-page');

  // Until the terminal has as many rows as it keeps, and the page as much text (8 MiB).
  const warmUp = quick ? 5 : 150;
  say(`letting the console run for ${warmUp} s`);
  await delay(warmUp * 1000);
  const seconds = quick ? 3 : 20;
  say(`tracing for ${seconds} s`);
  await browser.startTracing(opened, {
    categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'],
  });
  await delay(seconds * 1000);
  const trace = readTrace(await browser.stopTracing());
  const frames = Number(await opened.evaluate(countFrames(quick ? 1000 : 5000)));

  say(`watching the memory for ${minutes} minutes`);
  const session = await opened.context().newCDPSession(opened);
  const heapBefore = await heap(session);
  const steps = quick ? 1 : 10;
  let heapMost = heapBefore;
  for (let step = 0; step < steps; step += 1) {
    await delay((minutes * 60_000) / steps);
    heapMost = Math.max(heapMost, await heap(session));
  }
  const heapAfter = await heap(session);
  const isAtEnd = (await opened.getByRole('button', { name: /new lines?$/ }).count()) === 0;
  await browser.close();

  const mb = (bytes: number): number => bytes / 1e6;
  return {
    title: `The page: ${size} servers whose figures change, a console at 1,000 lines a second`,
    figures: [
      {
        key: 'page.paint',
        what: 'first cards of the overview (median)',
        unit: 'ms',
        value: median(paints),
        target: { of: 'value', atMost: 1000 },
      },
      {
        key: 'page.busy',
        what: 'main thread',
        unit: '% busy',
        value: (trace.busyMs / trace.spanMs) * 100,
        target: { of: 'value', atMost: 30 },
      },
      {
        key: 'page.longest',
        what: 'longest task',
        unit: 'ms',
        value: trace.longestMs,
        target: { of: 'value', atMost: 50 },
      },
      { key: 'page.frames', what: 'frames drawn', unit: 'a second', value: frames },
      {
        key: 'page.heap',
        what: `heap after ${minutes} minutes, beside before`,
        unit: 'MB',
        value: mb(heapAfter),
        raw: mb(heapBefore),
        target: { of: 'ratio', atMost: 1.1 },
      },
      { key: 'page.heap-most', what: 'heap at its most', unit: 'MB', value: mb(heapMost) },
    ],
    notes: [
      'The main thread is measured by its own clock, so that a busy machine doesn’t count as a busy page.',
      'The heap is measured after a collection; what stands in the column of the raw reader is the heap before.',
      `The browser draws without a graphics card here. The console was ${isAtEnd ? '' : 'NOT '}at its end all the time.`,
    ],
  };
};

async function openBrowser(disposers: Context['disposers']): Promise<Browser> {
  const executablePath = wholeChromiumPath();
  if (executablePath === null) throw new Error('There is no Chromium on this machine.');
  const browser = await chromium.launch({ executablePath, args: flags });
  disposers.add('browser', () => browser.close());
  return browser;
}

async function heap(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
