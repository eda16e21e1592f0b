import { realpathSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { listDeleted } from '../../shared/http/deleted.ts';
import { openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { has } from '../support/requirements.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const tokenReply = z.object({ token: z.string() });
const listed = z.object({ volumes: z.array(z.unknown()) });

/** A token that sees servers and changes nothing. */
async function reader(scene: Scene, more: readonly string[] = []): Promise<string> {
  const request = { ttl: '1h', scopes: ['containers.read', 'console.read', ...more] };
  return (await scene.host.api.post('/auth/tokens', request)).parse(tokenReply).token;
}

/** Of a running server, in bytes: what cgroup v1 or v2 says. */
async function memoryInUse(scene: Scene, id: string): Promise<number> {
  const files = '/sys/fs/cgroup/memory/memory.usage_in_bytes /sys/fs/cgroup/memory.current';
  return Number(
    await scene.docker('exec', scene.container(id), 'sh', '-c', `cat ${files} 2>/dev/null || true`),
  );
}

/** Two change the same: both values are shown, and one is chosen. What another changed beside it stays. */
async function twoAtOnce(
  page: Page,
  bar: Locator,
  theirs: (changes: object) => Promise<unknown>,
): Promise<void> {
  const pattern = page.getByRole('textbox', { name: 'Ready pattern' });
  const seconds = page.getByRole('textbox', { name: 'Force stop after (seconds)' });
  await pattern.fill('mine');
  await seconds.fill('40');
  await theirs({ start_pattern: 'theirs', tty: false });
  const told = page.getByRole('alert').filter({ hasText: 'Somebody else changed “Ready pattern” meanwhile' });
  await told.getByText('theirs', { exact: true }).waitFor();
  await told.getByText('mine', { exact: true }).waitFor();
  expect(await bar.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  expect(await page.getByRole('checkbox', { name: 'Interactive console (TTY)' }).isChecked()).toBe(false);
  await told.getByRole('button', { name: 'Take their value of Ready pattern' }).click();
  expect(await pattern.inputValue()).toBe('theirs');
  // Another tab and back: what is typed is still there.
  await page.getByRole('tab', { name: 'Network' }).click();
  await page.getByRole('tab', { name: 'Settings', exact: true }).click();
  expect(await seconds.inputValue()).toBe('40');
  const rail = page.getByRole('navigation', { name: 'Sections of the settings' });
  await rail.getByRole('link', { name: /^Mounts/ }).press('Enter');
  await page.locator('#settings-mounts:focus').waitFor();
  await rail.locator('[aria-current="true"]', { hasText: 'Mounts' }).waitFor();
  await atTheSameMoment(page, bar, theirs);
  await bar.getByRole('button', { name: 'Discard' }).click();
  await bar.waitFor({ state: 'detached' });
}

/** A41: their change comes between our last look and our own: nothing of theirs is undone, and both are shown. */
async function atTheSameMoment(
  page: Page,
  bar: Locator,
  theirs: (changes: object) => Promise<unknown>,
): Promise<void> {
  let statuses: number[] = [];
  await page.route('**/containers/*', async (route) => {
    if (route.request().method() !== 'PATCH') return route.fallback();
    await theirs({ stop: { timeout: 50 } });
    const response = await route.fetch();
    statuses = [...statuses, response.status()];
    await route.fulfill({ response });
  });
  await bar.getByRole('button', { name: 'Save' }).click();
  await page
    .getByRole('alert')
    .filter({ hasText: 'Somebody else changed “Force stop after (seconds)” meanwhile' })
    .waitFor();
  expect(statuses).toEqual([409]);
  await page.unroute('**/containers/*');
}

describe.skipIf(!has('chromium') || !has('images'))('a server’s settings', () => {
  const onEnd = suiteCleanup();

  test('what is changed says when it takes hold, and does; limits at once; delete wants the name', async () => {
    const scene = await openScene({ onEnd });
    const maps = realpathSync(tempDir(onEnd));
    const id = await scene.server({
      // It keeps 20 MB of memory in use.
      startup_command:
        'echo "COLOUR is $COLOUR"; { head -c 20000000 /dev/zero; while :; do sleep 0.1; done; } | tail -c 20000000',
      environment: { COLOUR: 'red', RCON_PASSWORD: 'hunter2' },
      limits: { memory: 64 * 1024 * 1024 },
    });
    (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
    // A server without a pattern runs before the first of its lines has come.
    await until(async () => (await scene.history(id)).includes('COLOUR is red'));
    const browser = await openBrowser(onEnd);
    const { page, trouble } = await openPage(browser, scene.host, {
      path: `/servers/${id}/settings`,
    });

    const start = page.getByRole('form', { name: 'Start' });
    const bar = page.getByRole('region', { name: /^\d+ changes?$/ });
    const save = bar.getByRole('button', { name: 'Save' });
    /** With the bar's button, to the end. */
    const saveAll = async (): Promise<void> => {
      await save.click();
      await bar.waitFor({ state: 'detached' });
    };
    await start.getByText(/^Runs as the image’s user: .*the image decides\.$/).waitFor();
    const runAs = async (who: string): Promise<void> => {
      await start.getByLabel('Runs as').first().click();
      await page.getByRole('option', { name: who }).click();
      await saveAll();
    };
    await runAs('Root');
    await start.getByText('Runs as root (0:0): it was chosen in the settings.').waitFor();
    await page.getByText('Restart to apply: user that it runs as.').waitFor();
    await runAs('What suits the host');
    await page.getByText('Restart to apply').waitFor({ state: 'detached' });

    await start.getByRole('textbox', { name: 'Ready pattern' }).fill('^COLOUR is \\w+$');
    await start.getByRole('button', { name: 'Try it on the console' }).click();
    await start.getByText(/1 of the last \d+ lines matches/).waitFor();
    await start.getByText('COLOUR is red', { exact: true }).waitFor();
    await start.getByRole('textbox', { name: 'Ready pattern' }).fill('^nothing like it$');
    await start.getByRole('button', { name: 'Try it on the console' }).click();
    await start.getByText(/None of the last/).waitFor();

    await start.getByRole('textbox', { name: 'The image’s data folder' }).fill('data');
    await start.getByText('Must be an absolute path without a slash at its end.').waitFor();
    expect(await save.isDisabled()).toBe(true);
    await bar.getByText('Fix “Start” first.').waitFor();

    await start.getByRole('textbox', { name: 'The image’s data folder' }).fill('');
    await start.getByRole('textbox', { name: 'Time zone' }).fill('berlin');
    await start.getByText('Must be a time zone like Europe/Berlin.').waitFor();
    await start.getByRole('textbox', { name: 'Time zone' }).fill('');
    await bar.getByText('Ready pattern').waitFor();
    await bar.getByRole('button', { name: 'Discard' }).click();
    expect(await start.getByRole('textbox', { name: 'Ready pattern' }).inputValue()).toBe('');

    await page.getByText(/It was made from sha256:[0-9a-f]{64}\./).waitFor();

    const environment = page.getByRole('form', { name: 'Environment' });
    const secret = environment.getByRole('textbox', { name: 'Value RCON_PASSWORD' });
    expect(await secret.getAttribute('type')).toBe('password');
    await environment.getByRole('button', { name: 'Show the value of RCON_PASSWORD' }).click();
    expect(await secret.getAttribute('type')).toBe('text');
    await environment.getByRole('textbox', { name: 'Value COLOUR' }).fill('green');
    await saveAll();
    await page.getByText('Restart to apply: environment.').waitFor();
    await page.reload();
    await page.getByText('Restart to apply: environment.').waitFor();

    const mounts = page.getByRole('form', { name: 'Mounts' });
    await mounts.getByText('No folder of this machine may be mounted yet.').waitFor();
    await mounts.getByRole('button', { name: 'Add a mount' }).click();
    await mounts.getByRole('textbox', { name: 'Folder of this machine' }).fill(maps);
    await mounts.getByRole('textbox', { name: 'Folder in the server' }).fill('/etc');
    await save.click();
    await mounts.getByText('A folder of the system can’t be replaced.').waitFor();
    await mounts.getByRole('textbox', { name: 'Folder in the server' }).fill('/maps');
    await save.click();
    await mounts.getByText('It is not there, or not in a folder that may be mounted.').waitFor();
    await scene.host.api.patch('/host/settings', { storage: { allowed_mounts: [maps] } });
    await saveAll();
    await page.getByText('Restart to apply: environment, mounts.').waitFor();

    const { page: guest } = await openPage(browser, scene.host, {
      path: `/servers/${id}/settings`,
      token: await reader(scene),
    });
    await guest.getByText('Your token doesn’t allow changing this server.').waitFor();
    // What it may see nothing of isn't offered.
    await guest.getByRole('tab', { name: 'Files' }).waitFor({ state: 'detached' });
    expect(await guest.getByRole('tab').allTextContents()).toEqual([
      'Console',
      'Players',
      'Network',
      'Settings',
      'Crashes',
      'Activity',
    ]);
    expect(await guest.getByRole('textbox', { name: 'Startup command' }).isDisabled()).toBe(true);
    expect(await guest.getByRole('button', { name: 'Delete server…' }).isDisabled()).toBe(true);
    // I4: what it may not do is not offered, or can't be used and says why.
    expect(await guest.getByRole('button', { name: /^(Start|Stop|Restart|More|New server)/ }).count()).toBe(
      0,
    );
    await guest.getByRole('tab', { name: 'Network' }).click();
    await guest.getByText('You can view these ports, but not change them.').waitFor();
    expect(await guest.getByRole('button', { name: 'Change ports' }).isDisabled()).toBe(true);
    await guest.getByRole('tab', { name: 'Console' }).click();
    const line = guest.getByPlaceholder('Your token lets you read this console, but not send commands');
    await line.waitFor();
    expect(await line.isDisabled()).toBe(true);
    await guest.close();
    const { page: looker } = await openPage(browser, scene.host, {
      path: `/servers/${id}/files`,
      token: await reader(scene, ['files.read']),
    });
    await looker.getByText('You can view these files but not change them.').waitFor();
    await looker.getByRole('button', { name: 'Refresh' }).waitFor();
    const changing = /^(Create|Upload.*|Make a login|New password)$/;
    expect(await looker.getByRole('button', { name: changing }).count()).toBe(0);
    await looker.close();

    await page.getByRole('button', { name: 'Restart now' }).click();
    await until(async () => (await scene.history(id)).includes('COLOUR is green'));
    await page.getByText('Restart to apply').waitFor({ state: 'hidden' });
    const mounted = await scene.docker('inspect', '-f', '{{json .Mounts}}', scene.container(id));
    expect(JSON.parse(mounted)).toContainEqual(
      expect.objectContaining({ Source: maps, Destination: '/maps', RW: false }),
    );

    // The memory is in use a moment after the line.
    await until(async () => (await memoryInUse(scene, id)) > 20_000_000, { what: 'its memory to be in use' });
    const limits = page.getByRole('form', { name: 'Limits' });
    await limits.getByRole('textbox', { name: 'Memory' }).fill('3');
    await limits.getByText('An amount from 4 MB to 1 TB is needed, like 4 GB.').waitFor();
    // I1: what the host refuses is not called saved: it stands at the field, with what was typed.
    await limits.getByRole('textbox', { name: 'Memory' }).fill('10');
    await save.click();
    await limits.getByText(/The server uses \d+ MiB, more than the new limit of 10 MiB/).waitFor();
    expect(await limits.getByRole('textbox', { name: 'Memory' }).inputValue()).toBe('10 MiB');
    expect(await page.getByText('Saved.', { exact: true }).count()).toBe(0);
    await limits.getByRole('textbox', { name: 'Memory' }).fill('0.09375 GB');
    await saveAll();
    await until(async () => {
      const memory = await scene.docker('inspect', '-f', '{{.HostConfig.Memory}}', scene.container(id));
      return memory === String(96 * 1024 * 1024);
    });

    await twoAtOnce(page, bar, (changes) => scene.host.api.patch(`/containers/${id}`, changes));
    await start.getByRole('checkbox', { name: 'The image’s files can’t be changed' }).check();
    await start.getByRole('textbox', { name: 'Owner of the files' }).fill('1000');
    await saveAll();
    await page.getByText(/^Restart to apply: .*owner of the files.*unchangeable image/).waitFor();

    await page.getByRole('button', { name: 'Delete server…' }).click();
    const asked = page.getByRole('dialog');
    const goes = asked.getByRole('button', { name: 'Delete', exact: true });
    expect(await goes.isDisabled()).toBe(true);
    await asked.getByRole('checkbox', { name: 'Keep its files' }).uncheck();
    await asked.getByRole('textbox').fill(id);
    await goes.click();
    await page.getByText(`${id} was deleted.`).waitFor();
    expect((await scene.host.api.get(`/containers/${id}`)).status).toBe(404);
    // They go when it can't be had back any more.
    expect((await scene.host.api.get('/volumes')).parse(listed).volumes).toHaveLength(1);
    const { servers } = (await scene.host.api.get('/host/deleted')).parse(listDeleted.reply);
    expect(servers).toMatchObject([{ internal_id: id, with_files: true }]);
    expect(trouble).toEqual([]);
  });
});
