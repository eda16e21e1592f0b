import { createRequire } from 'node:module';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { z } from 'zod';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const axeResult = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      impact: z.string().nullable(),
      nodes: z.array(z.object({ target: z.array(z.unknown()), failureSummary: z.string().optional() })),
    }),
  ),
});
const grave = new Set(['serious', 'critical']);

/**
 * Waits until the page is at rest: nothing of it is still being loaded, no colour on its way to another one. What turns for ever
 * may go on.
 */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(`(async () => {
    if (document.querySelector('[aria-busy="true"]')) return false;
    const passing = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(passing.map((one) => one.finished));
    return document.querySelector('[aria-busy="true"]') === null;
  })()`);
}

/** Serious and critical findings on what is open now, in words. */
export async function findings(page: Page, rules?: string[]): Promise<string[]> {
  const loaded: unknown = await page.evaluate('"axe" in window');
  if (loaded !== true) await page.addScriptTag({ path: axePath });
  await settled(page);
  const options = { resultTypes: ['violations'], ...(rules ? { runOnly: rules } : {}) };
  const raw: unknown = await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`);
  return axeResult
    .parse(raw)
    .violations.filter(({ impact }) => grave.has(impact ?? ''))
    .flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
    );
}

const list = z.array(z.string());

/** What makes the page wider than its window; nothing if it isn't. */
export async function sideways(page: Page): Promise<string[]> {
  const raw: unknown = await page.evaluate(`(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('main *, header *')]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .slice(0, 5)
      .map((element) => element.tagName + '.' + element.getAttribute('class') + ' sticks out');
  })()`);
  return list.parse(raw);
}

const focusLook = z.object({ name: z.string(), isSeen: z.boolean() });

/** What has the focus, and whether that can be seen: by its outline, or (a field) by its border in the accent. */
export async function focused(page: Page): Promise<z.infer<typeof focusLook>> {
  const raw: unknown = await page.evaluate(`(() => {
    const element = document.activeElement;
    const look = getComputedStyle(element);
    return {
      name: element.getAttribute('aria-label') ?? element.textContent ?? '',
      isSeen: look.outlineStyle !== 'none' || element.matches('input, textarea, body'),
    };
  })()`);
  return focusLook.parse(raw);
}

const hasFocus = (target: Locator): Promise<boolean> =>
  target
    .and(target.page().locator(':focus'))
    .count()
    .then((count) => count > 0);

export async function expectFocus(target: Locator): Promise<void> {
  await expect.poll(() => hasFocus(target)).toBe(true);
}

/** Presses Tab until the control has the focus; wherever it stops on the way, it must be seen. */
export async function tabTo(page: Page, target: Locator, most = 60): Promise<void> {
  for (let n = 0; n < most; n += 1) {
    await page.keyboard.press('Tab');
    expect(await focused(page)).toMatchObject({ isSeen: true });
    if (await hasFocus(target)) return;
  }
  throw new Error(`Tab does not reach ${target}.`);
}
