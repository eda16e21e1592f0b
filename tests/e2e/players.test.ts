import { describe, expect, test } from 'vitest';
import { openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';
import { until } from '../support/until.ts';

describe.skipIf(!has('chromium') || !has('images'))('a server’s players', () => {
  const onEnd = suiteCleanup();

  test('P2 P5 P6 who is on, how many in header and list, what can be done to them, and earlier visits', async () => {
    const scene = await openScene({ onEnd });
    const id = await scene.server({
      startup_command: 'while read line; do echo "> $line"; done',
      tty: false,
    });
    const players = {
      console: { join: '^> (.+) joined$', leave: '^> (.+) left$' },
      commands: { kick: 'kick {name}', op: 'op "{name}"' },
    };
    (await scene.host.api.patch(`/containers/${id}`, { players })).expect(200);
    const socket = await scene.connect(id);
    await socket.send({ event: 'power', action: 'start' });
    await until(async () => (await scene.state(id)).state === 'running');
    const type = (line: string) => socket.send({ event: 'send_command', command: `${line}\n` });
    await type('Ann joined');
    await type('Bob Lee joined');
    await type('Ann left');
    await type('Cid joined');
    const browser = await openBrowser(onEnd);
    const { page, trouble } = await openPage(browser, scene.host, {
      path: `/servers/${id}/players`,
      context: { viewport: { width: 390, height: 844 } },
    });
    const online = page.getByRole('list', { name: 'Online now' });
    await online.getByText('Bob Lee').waitFor();
    await page.getByText('2 players').first().waitFor();
    await page.getByRole('list', { name: 'Earlier visits' }).getByText('Ann').waitFor();

    await page.getByRole('button', { name: 'What can be done to Bob Lee' }).click();
    expect(await page.getByRole('menuitem', { name: 'Kick' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'What can be done to Cid' }).click();
    await page.getByRole('menuitem', { name: 'Kick' }).click();
    await page.getByRole('dialog').getByText('kick Cid', { exact: true }).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Kick' }).click();
    await socket.waitForText('> kick Cid');
    await type('Cid left');
    await page.getByText('1 player', { exact: true }).first().waitFor();
    await page.getByRole('region', { name: 'Players over time' }).waitFor();

    await page.getByRole('tab', { name: 'Settings', exact: true }).click();
    const who = page.getByRole('form', { name: 'Who plays' });
    await who.getByRole('textbox', { name: 'Line when somebody leaves' }).fill('');
    await who.getByText('Both lines are needed, or neither.').waitFor();
    await who.getByRole('textbox', { name: 'Line when somebody leaves' }).fill('^> (.+) is gone$');
    const commands = page.getByRole('form', { name: 'Commands' });
    await commands.getByRole('combobox', { name: 'Commands go to' }).click();
    await page.getByRole('option', { name: /^RCON/ }).click();
    await commands.getByRole('textbox', { name: 'Port in the container' }).fill('25575');
    await commands.getByText('Port 25575/tcp is not published').waitFor();
    await commands.getByText(/The host makes one and shows it to nobody/).waitFor();
    const bar = page.getByRole('region', { name: /changes?$/ });
    await bar.getByRole('button', { name: 'Save' }).click();
    const console = { ...players.console, leave: '^> (.+) is gone$' };
    const saved = {
      players: { ...players, console },
      console: { kind: 'rcon', port: 25_575, password: 'RCON_PASSWORD' },
    };
    // One section after the other.
    await page.getByText('Saved.', { exact: true }).waitFor();
    expect((await scene.host.api.get(`/containers/${id}`)).body).toMatchObject(saved);
    expect(trouble).toEqual([]);
  }, 60_000);
});
