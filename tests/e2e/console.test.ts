import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { freePorts } from '../support/free-port.ts';
import { longTest, rounds } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { linesASecond, numberingProblem, openScene, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';

/** Several times what the terminal holds at once. */
const many = 60_000;
const terminal = (page: Page) => page.locator('.terminal.xterm');
const button = (page: Page, name: string) =>
  page.getByRole('main').getByRole('button', { name, exact: true });

/** Keeps what is given to the clipboard as well: the clipboard itself has it a moment later, nobody knows when. */
const listenToClipboard = (page: Page): Promise<unknown> =>
  page.evaluate(`{
    const write = navigator.clipboard.writeText.bind(navigator.clipboard);
    navigator.clipboard.writeText = (text) => {
      window.lastCopied = text;
      return write(text);
    };
  }`);

/** What “Copy the selection” puts on the clipboard; nothing if nothing is selected, or if it takes the page longer than `patienceMs`. */
async function copied(page: Page, patienceMs = 30_000): Promise<string> {
  await page.evaluate("window.lastCopied = ''");
  await button(page, 'Copy the selection').click();
  // The page hands it to the clipboard a moment after the click; nothing selected stays nothing.
  await page.waitForFunction("window.lastCopied !== ''", undefined, { timeout: patienceMs }).catch(() => {});
  return String(await page.evaluate('window.lastCopied'));
}

/** All that the terminal holds: the stretch of the history that can be scrolled without loading. */
async function all(page: Page): Promise<string> {
  let text = '';
  // While it is being written anew there is nothing to select for a moment.
  await until(
    async () => {
      await terminal(page).locator('textarea').focus();
      await page.keyboard.press('Control+a');
      text = await copied(page, 2000);
      return text !== '';
    },
    { what: 'the terminal to hold text' },
  );
  return text;
}

async function search(page: Page, text: string, found: RegExp): Promise<void> {
  await page.keyboard.press('Control+f');
  const field = page.getByRole('textbox', { name: 'Search the console' });
  await field.fill(text);
  await until(
    async () => {
      // Each time all that is kept is searched.
      await field.press('Enter');
      return page
        .getByText(found)
        .first()
        .waitFor({ timeout: 1000 })
        .then(
          () => true,
          () => false,
        );
    },
    { what: `“${text}” to be found` },
  );
}

async function type(page: Page, text: string): Promise<void> {
  const line = page.getByRole('textbox', { name: 'Type a command' });
  await line.fill(text);
  await line.press('Enter');
}

/** I18: the terminal is as wide as its box from the beginning, but for less than two cells and its scrollbar. */
async function fillsItsBox(page: Page): Promise<void> {
  await until(
    () =>
      page.evaluate(
        `document.querySelector('.terminal-scroll').clientWidth - document.querySelector('.xterm-screen').clientWidth < 46`,
      ),
    { what: 'the terminal to take its width' },
  );
}

/** I16: the console as text of the page, which is remembered; and a terminal that keeps its text for screen readers. */
async function readsAsText(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: 'How to read it' }).click();
  await page.getByRole('menuitem', { name: 'Plain text' }).click();
  await page.getByRole('log').getByText(text, { exact: true }).waitFor();
  await page.getByRole('menuitem', { name: 'Plain text' }).click();
  await page.getByRole('menuitem', { name: 'Terminal for screen readers' }).click();
  await page.locator('.xterm-accessibility').waitFor({ state: 'attached' });
  await page.getByRole('menuitem', { name: 'Terminal for screen readers' }).click();
  await page.keyboard.press('Escape');
}

/** Without the line that the terminal is still being told. */
const wholeLines = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1);
const lastNumber = (text: string): number => Number([...text.matchAll(/^line (\d+)$/gm)].at(-1)?.[1] ?? 0);
const firstNumber = (text: string): number => Number(/^line (\d+)$/m.exec(text)?.[1] ?? 0);

describe.skipIf(!has('chromium') || !has('images'))('the console', () => {
  const onEnd = suiteCleanup();
  let scene: Scene;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    scene = await openScene({ onEnd, port });
  });

  async function open(startup_command: string, tty = false): Promise<{ id: string; page: Page }> {
    const id = await scene.server({ startup_command, tty, stop: { timeout: 1 } });
    const { page } = await openPage(await openBrowser(onEnd), scene.host, {
      path: `/servers/${id}`,
      context: { permissions: ['clipboard-read', 'clipboard-write'] },
    });
    await listenToClipboard(page);
    await terminal(page).waitFor();
    await button(page, 'Start').click();
    return { id, page };
  }

  longTest(
    'a long history: searched to its start, read from there to its end without a hole, what is selected stays',
    async () => {
      const { page } = await open(
        `echo needle; seq 1 ${many} | sed 's/^/line /'; echo all printed; while read -r x; do echo "said $x"; done`,
      );
      await search(page, 'all printed', /^1 of 1$/);
      await fillsItsBox(page);
      await readsAsText(page, 'all printed');
      await search(page, 'NEEDLE', /^1 of 1$/);
      await until(async () => (await copied(page, 2000)) === 'needle', { what: 'the match to be selected' });
      await type(page, 'hello');
      await page.getByText('1 new line').waitFor();
      expect(await copied(page)).toBe('needle');
      await page.getByRole('button', { name: 'Close', exact: true }).click();

      // From its start to its end, window by window: End goes to where newer text is loaded.
      await button(page, 'To the beginning').click();
      let last = 0;
      await until(
        async () => {
          const text = wholeLines(await all(page));
          // While older text is fetched what was selected before stays so.
          if (!text.includes('line ')) return false;
          const first = firstNumber(text);
          expect(numberingProblem(text, first)).toBeNull();
          if (last === 0) expect(text).toMatch(/^needle\nline 1\n/);
          expect(first).toBeLessThanOrEqual(last + 1);
          last = lastNumber(text);
          await terminal(page).locator('textarea').focus();
          await page.keyboard.press('End');
          return last > 25_000;
        },
        { what: 'newer text to be loaded' },
      );
      await page.getByRole('button', { name: /^(To the end|1 new line)$/ }).click();
      await until(async () => /\nline 60000\nall printed\nsaid hello\n*$/.test(await all(page)));

      // Selected by hand, then older text is loaded above it.
      const box = await terminal(page).boundingBox();
      if (!box) throw new Error('there is no terminal');
      const before = firstNumber(await all(page));
      let selected = '';
      await until(
        async () => {
          await page.mouse.dblclick(box.x + 8 * 7, box.y + 20);
          selected = await copied(page, 2000);
          return /^\d{5}$/.test(selected);
        },
        { what: 'a number to be selected' },
      );
      await terminal(page).locator('textarea').focus();
      for (const key of ['Home', 'Control+Home', 'Control+Home', 'Control+Home']) {
        await page.keyboard.press(key);
        expect(await copied(page)).toBe(selected);
      }
      // What is selected may have left the window; it is still what is copied, and back when its lines are.
      expect(await copied(page)).toBe(selected);
      let text = '';
      await until(
        async () => {
          text = wholeLines(await all(page));
          return firstNumber(text) < before;
        },
        { what: 'older text to be loaded' },
      );
      expect(numberingProblem(text, firstNumber(text))).toBeNull();
    },
  );

  test('a flood is shown whole and in order, also when the host is killed in its midst', async () => {
    const { id, page } = await open(
      // Slowly enough that a slow machine does not print more than the page keeps.
      `${linesASecond(200).replace('while :', 'while [ ! -e stop ]')}; sleep 1`,
    );
    const some = rounds('console in the page, a flood', 300, 1000, 'lines');
    await until(async () => lastNumber(await all(page)) > some, { what: 'the first lines', everyMs: 300 });
    await scene.host.kill();
    await page
      .getByText(/Connection to the host lost|out of reach|offline/i)
      .first()
      .waitFor();
    const atKill = lastNumber(await all(page));
    await scene.host.restart();
    await until(async () => lastNumber(await all(page)) > atKill + some, {
      what: 'the flood to go on',
      everyMs: 300,
    });
    await scene.docker('exec', scene.container(id), 'touch', 'stop');
    await page.getByText('Stopped', { exact: true }).first().waitFor();
    const text = await all(page);
    expect(firstNumber(text)).toBe(1);
    expect(numberingProblem(text)).toBeNull();
    const whole = await scene.history(id);
    expect(lastNumber(text)).toBe(lastNumber(whole));
  });

  test('it only shows: questions of the program stay without an answer, progress is redrawn, nothing shown is taken back', async () => {
    const { page } = await open(
      [
        'echo first words',
        "printf '\\033[6n\\033[c\\033[5n'",
        'if read -t 3 -r x; then echo "answered: $x"; else echo no answer; fi',
        "printf '10%%\\r50%%\\r100%%\\n'",
        "printf '\\033[?1049h\\033[3J\\033cstill a log\\n'",
        'while read -r x; do echo "said <$x>"; done',
      ].join('; '),
      true,
    );
    await search(page, 'still a log', /^1 of 1$/);
    await page.keyboard.press('Escape');
    await until(async () => /still a log/.test(await all(page)));
    const text = await all(page);
    expect(text).toMatch(/first words\n/);
    expect(text).toContain('no answer\n100%\n');
    expect(text).not.toMatch(/answered|10%|50%/);

    // Pasting several lines is asked about, and sends each once, in order.
    await page.evaluate("navigator.clipboard.writeText('one\\r\\ntwo\\nthree ü\\n')");
    const line = page.getByRole('textbox', { name: 'Type a command' });
    await line.focus();
    await page.keyboard.press('Control+v');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Send 3 lines?').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.press('Control+f');
    expect(await page.getByRole('textbox', { name: 'Search the console' }).count()).toBe(0);
    await dialog.getByRole('button', { name: 'Send all' }).click();
    await until(
      async () => {
        const said = [...(await all(page)).matchAll(/^said <(.*)>$/gm)].map(([, word]) => word);
        return said.join() === 'one,two,three ü';
      },
      { what: 'the answers to what was pasted' },
    );
  });

  test('borders of runs are drawn and not part of the text; crashes are jumped to; problems alone, and a stretch as a file', async () => {
    const { page } = await open('echo hello; echo "ERROR: it breaks"; sleep 1; exit 3');
    const crash = page.locator('.run-border.is-crash').first();
    await crash.waitFor();
    expect(await crash.getAttribute('data-label')).toMatch(/^crashed \(exit code 3\), /);
    await page.locator('.run-border.is-start').first().waitFor();
    expect(await all(page)).not.toMatch(/crashed|started/);
    await button(page, 'Share the selection').click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Save as a file' }).click();
    expect((await download).suggestedFilename()).toMatch(/-console\.txt$/);

    await button(page, 'Show only problems').click();
    await page.getByRole('menuitem', { name: 'Errors', exact: true }).click();
    const problems = page.getByRole('region', { name: 'Errors', exact: true });
    await problems.getByRole('button', { name: 'ERROR: it breaks' }).first().waitFor();
    expect(await problems.getByText('hello').count()).toBe(0);
    await problems.getByRole('button', { name: 'ERROR: it breaks' }).first().click();
    await page.getByRole('log').waitFor();
    await button(page, 'Starts and ends').click();
    await page
      .getByRole('menuitem', { name: /^crashed \(exit code 3\)/ })
      .last()
      .click();
    await crash.waitFor();
  });
});
