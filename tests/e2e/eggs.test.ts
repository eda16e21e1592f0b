import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eggText } from '../../main/eggs/an-egg.test-helper.ts';
import { compareEggs } from '../../main/eggs/compare-eggs.ts';
import { parseEgg } from '../../main/eggs/parse-egg.ts';
import { findInConsole, goTo, openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { freePorts } from '../support/free-port.ts';
import { busyboxImage, imageLike } from '../support/images.ts';
import { longTest } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();

/** As images of eggs start: in the volume, by evaluating what STARTUP says. */
const entrypoint = String.raw`
cat > /entrypoint.sh <<'END'
cd /home/container
eval "$(echo "$STARTUP" | sed -e 's/{{/\${/g' -e 's/}}/}/g')"
END`;

const installScript = `#!/bin/ash
echo "fetching for $LEVEL"
cd /mnt/server
printf "# The game's own\\nmax-players=20\\npvp=true\\n" > server.properties
cat > game.sh <<'END'
trap 'echo world saved; exit 0' INT
cat server.properties
echo "Ready (1.0s)! [up]"
while :; do sleep 1; done
END
echo "fetched"
`;

const eggOf = (images: { game: string; installer: string }): string =>
  eggText({
    name: 'Orbit',
    author: 'someone@example.org',
    description: 'A game of <b>orbits</b>.',
    features: ['eula'],
    docker_images: { Game: images.game },
    startup: 'echo "level {{LEVEL}}, query {{QUERY_PORT}}"; exec sh game.sh',
    config: {
      files:
        '{"server.properties": {"parser": "properties", "find": {"server-port": "{{server.build.default.port}}"}}}',
      startup: '{"done": ")! [up"}',
      logs: '{}',
      stop: '^C',
    },
    scripts: { installation: { script: installScript, container: images.installer, entrypoint: 'ash' } },
    variables: [
      {
        name: 'Level',
        env_variable: 'LEVEL',
        default_value: '1',
        rules: 'required|integer|between:1,9',
        user_viewable: true,
        user_editable: true,
        description: 'How hard it is.',
      },
      {
        name: 'Password',
        env_variable: 'PASSWORD',
        default_value: '',
        rules: 'nullable|string|min:5',
        user_viewable: true,
        user_editable: true,
      },
      {
        name: 'Query port',
        env_variable: 'QUERY_PORT',
        default_value: '27015',
        rules: 'required|integer',
        user_viewable: true,
        user_editable: true,
      },
      {
        name: 'Branch',
        env_variable: 'BRANCH',
        default_value: 'main',
        rules: 'string',
        user_viewable: false,
        user_editable: false,
      },
    ],
  });

/** As if a file were dropped on the window. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const data = await page.evaluateHandle(
    `(() => { const data = new DataTransfer(); data.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)})); return data; })()`,
  );
  await page.dispatchEvent('body', 'dragover', { dataTransfer: data });
  await page.getByText('Drop eggs to import them').waitFor();
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
}

describe.skipIf(!has('chromium') || !has('images'))('an egg', () => {
  test('is dropped, shown, filled in wrongly and rightly, installed, run, exported, and imported again equal', async () => {
    const scene = await openScene({ onEnd });
    const [game, installer] = await Promise.all([
      imageLike(onEnd, 'egg-page-game', {
        script: entrypoint,
        changes: ['ENTRYPOINT ["/bin/sh", "/entrypoint.sh"]', 'WORKDIR /home/container'],
      }),
      imageLike(onEnd, 'egg-page-installer', {}),
    ]);
    const { page, trouble } = await openPage(await openBrowser(onEnd), scene.host, { path: '/new' });
    await page.getByRole('heading', { name: 'Bring your own' }).waitFor();
    await drop(page, 'egg-orbit.json', eggOf({ game, installer }));

    // What it will do, before anything is made.
    const does = page.getByRole('region', { name: 'What it will do' });
    await does.getByText(game).waitFor();
    await does.getByText('server.properties').waitFor();
    await does.getByText('Level, Password, and 1 more under Advanced').waitFor();
    await does.getByText('and one each for Query port; TCP and UDP').waitFor();
    await does.getByRole('button', { name: /^The install script, 1\d lines$/ }).click();
    await does.getByText("trap 'echo world saved; exit 0' INT").waitFor();
    expect(await page.getByText('A game of <b>orbits</b>.').count()).toBe(1);
    await page.getByRole('button', { name: 'Set up a server of it' }).click();

    // Its form, wrongly and rightly.
    const create = page.getByRole('button', { name: 'Create server' });
    const field = (name: string) => page.getByRole('textbox', { name, exact: true });
    await field('Level').fill('12');
    await field('Password').fill('abc');
    await create.click();
    await page.getByText('Must be at most 9.').waitFor();
    await page.getByText('Must be at least 5 characters long.').waitFor();
    const [main = 0, query = 0] = await freePorts(2);
    await field('Level').fill('7');
    await field('Password').fill('abcdef');
    await field('Game port (TCP and UDP)').fill(String(main));
    await field('Query port (TCP and UDP)').fill(String(query));
    // Accepted by who has read it alone; never asked for from elsewhere.
    const agreement = page.getByRole('checkbox', { name: /Minecraft End User License Agreement/ });
    expect(await agreement.isChecked()).toBe(false);
    await page.getByText('Without it the game ends at its first start.').waitFor();
    expect(await page.getByRole('link', { name: 'Read it' }).getAttribute('href')).toBe(
      'https://www.minecraft.net/eula',
    );
    await agreement.check();
    scene.adopt('orbit');
    await create.click();
    await page.waitForURL('**/servers/orbit**');
    await page.getByRole('log').waitFor();
    await findInConsole(page, 'fetching for 7');
    await page.getByText('Ready to start').first().waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).first().click();
    await findInConsole(page, `level 7, query ${query}`);
    await findInConsole(page, `server-port=${main}`);
    await page.getByText('Running', { exact: true }).first().waitFor();
    expect(await scene.docker('exec', scene.container('orbit'), 'cat', 'eula.txt')).toBe('eula=true');
    const published = await scene.docker('port', scene.container('orbit'));
    for (const port of [main, query])
      for (const protocol of ['tcp', 'udp'])
        expect(published).toContain(`${port}/${protocol} -> 0.0.0.0:${port}`);

    // What it asked for has fields of its own afterwards.
    await goTo(page, `${new URL(page.url()).origin}/servers/orbit/settings`);
    const settings = page.getByRole('form', { name: 'The game' });
    await settings.getByRole('textbox', { name: 'Level' }).fill('12');
    await settings.getByText('Must be at most 9.').waitFor();
    await settings.getByRole('textbox', { name: 'Level' }).fill('8');
    await page.getByRole('region', { name: '1 change' }).getByRole('button', { name: 'Save' }).click();
    await page.getByText(/Saved/).first().waitFor();
    const told = z.object({ environment: z.record(z.string(), z.string()) });
    expect((await scene.host.api.get('/containers/orbit')).parse(told).environment).toMatchObject({
      LEVEL: '8',
      PASSWORD: 'abcdef',
      QUERY_PORT: String(query),
      BRANCH: 'main',
    });

    // A setting of the game, by its form.
    await goTo(page, `${new URL(page.url()).origin}/servers/orbit/game`);
    const form = page.getByRole('form', { name: 'server.properties' });
    expect(await form.getByRole('textbox', { name: 'server-port' }).isDisabled()).toBe(true);
    await form.getByRole('searchbox', { name: 'Find a setting' }).fill('max players');
    await until(async () => (await form.getByRole('textbox').count()) === 1);
    await form.getByRole('textbox', { name: 'max-players' }).fill('40');
    await form.getByRole('button', { name: 'Save one change' }).click();
    await page.getByText('Saved. Most games read it when they start.').waitFor();
    const { volume_id } = (await scene.host.api.get('/containers/orbit')).parse(
      z.object({ volume_id: z.string() }),
    );
    const content = await scene.host.api.get(`/volumes/${volume_id}/content?path=server.properties`);
    expect(content.text).toBe(`# The game's own\nmax-players=40\npvp=true\nserver-port=${main}\n`);

    // Out, and in again: the same.
    await goTo(page, `${new URL(page.url()).origin}/new`);
    await page.getByRole('region', { name: 'Your eggs' }).getByRole('link', { name: 'Orbit' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export as a file' }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toBe('egg-orbit.json');
    const text = readFileSync(await file.path(), 'utf8');
    const model = z.object({ egg: z.looseObject({ name: z.string() }) });
    const read = async (one: string) =>
      (await scene.host.api.post('/eggs/preview', { text: one })).parse(model).egg;
    const { exported_at: _then, ...before } = await read(eggOf({ game, installer }));
    const { exported_at: _now, ...after } = await read(text);
    expect(after).toEqual(before);
    await page.getByRole('button', { name: 'Delete this egg' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await until(async () => (await page.getByRole('region', { name: 'Your eggs' }).count()) === 0);
    expect(trouble).toEqual([]);
  });

  longTest(
    'what was there before is taken up: a folder as a volume, a container as a server, which is let go again',
    async () => {
      const folder = tempDir(onEnd);
      const world = join(folder, 'survival');
      mkdirSync(world);
      writeFileSync(join(world, 'server.properties'), 'server-port=25565');
      const scene = await openScene({ onEnd });
      await scene.host.api.patch('/host/settings', { storage: { allowed_mounts: [folder] } });
      const name = `page-stranger-${randomUUID().slice(0, 8)}`;
      const command = 'echo hello; while read -r line; do echo "heard $line"; done';
      const id = await scene.docker(
        'run',
        '-d',
        '-i',
        '--name',
        name,
        await busyboxImage(),
        'sh',
        '-c',
        command,
      );
      onEnd(async () => void (await scene.docker('rm', '-f', id)));
      const { page, trouble } = await openPage(await openBrowser(onEnd), scene.host, { path: '/new' });

      await page.getByRole('link', { name: 'Adopt what is there' }).click();
      await page.getByText(`Allowed are ${folder}`).waitFor();
      await page.getByRole('textbox', { name: 'Path on the host' }).fill('/etc');
      await page.getByRole('button', { name: 'Look' }).click();
      await page
        .getByRole('alert')
        .getByText(/no folder in one of the allowed ones/)
        .waitFor();
      await page.getByRole('textbox', { name: 'Path on the host' }).fill(world);
      await page.getByRole('button', { name: 'Look' }).click();
      await page.getByText(/looks like Minecraft \(Java\)/).waitFor();
      await page.getByRole('combobox', { name: 'What becomes of the folder' }).click();
      await page.getByRole('option', { name: 'Use it where it is' }).click();
      await page.getByRole('button', { name: `Take ${world}` }).click();
      await page.getByRole('link', { name: 'Choose the game for it' }).click();
      await page.waitForURL('**/new?files=**');

      await goTo(page, `${new URL(page.url()).origin}/new/adopt`);
      await page.getByRole('button', { name: `Adopt ${name}` }).click();
      await page.waitForURL('**/servers/page-stranger-**');
      await page.getByRole('log').waitFor();
      await findInConsole(page, 'hello');
      await page.getByText('Running', { exact: true }).first().waitFor();
      await page.getByRole('tab', { name: 'Files' }).click();
      await page.getByText('Its files are where its container was made').waitFor();
      await page.getByRole('tab', { name: 'Settings', exact: true }).click();
      await page.getByRole('button', { name: 'Let it go' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Let it go' }).click();
      await page.waitForURL((url) => url.pathname === '/');
      expect(await scene.docker('inspect', '-f', '{{.State.Running}}', id)).toBe('true');
      await goTo(page, `${new URL(page.url()).origin}/new/community`);
      await page.getByRole('button', { name: 'Fetch them' }).waitFor();
      expect(trouble.filter((line) => !line.includes('400'))).toEqual([]);
    },
  );

  test('E16 a newer version of an egg is shown as a difference and taken; its server is moved to it by choice', async () => {
    const scene = await openScene({ onEnd });
    const source = 'https://eggs.example/one.json';
    const image = await busyboxImage();
    const version = (startup: string): string =>
      eggText({ uuid: 'page-newer', docker_images: { One: image }, startup });
    const [old, text] = [version('sleep 1000'), version('sleep 2000')];
    const { entry } = (await scene.host.api.post('/eggs', { text: old, source })).parse(
      z.object({ entry: z.object({ id: z.string() }) }),
    );
    const plan = (await scene.host.api.post('/eggs/plan', { id: entry.id, install: false })).parse(
      z.object({ server: z.looseObject({ startup_command: z.string() }) }),
    );
    const id = await scene.server(plan.server);
    const { page, trouble } = await openPage(await openBrowser(onEnd), scene.host, {
      path: `/new/egg/${entry.id}`,
    });
    // Its place is not on this machine.
    const changes = compareEggs(parseEgg(old).egg, parseEgg(text).egg);
    const sha256 = createHash('sha256').update(text).digest('hex');
    const found = { url: source, outcome: 'newer', sha256, text, changes, notes: [] };
    await page.route('**/eggs/*/check', (route) => route.fulfill({ json: found }));
    await page.getByRole('button', { name: 'Look for a newer version' }).click();
    const newer = page.getByRole('region', { name: 'Another version' });
    await newer.getByRole('button', { name: 'The start command “Default” is different' }).click();
    await newer.getByText('− sleep 1000').waitFor();
    await newer.getByText('+ sleep 2000').waitFor();
    await newer.getByRole('button', { name: 'Take this version' }).click();
    await page.getByText('This version is the newest one here now').waitFor();
    const startup = async (): Promise<string> =>
      (await scene.host.api.get(`/containers/${id}`)).parse(z.object({ startup_command: z.string() }))
        .startup_command;
    expect(await startup()).toBe('sleep 1000');
    await goTo(page, `${new URL(page.url()).origin}/servers/${id}/settings`);
    await page.getByRole('button', { name: 'The start command “Default” is different' }).waitFor();
    await page.getByRole('button', { name: 'Move it to the newer version' }).click();
    await page.getByText(/^Moved to the newer version/).waitFor();
    expect(await startup()).toBe('sleep 2000');
    await page.getByRole('button', { name: 'Move it to the newer version' }).waitFor({ state: 'detached' });
    expect(trouble).toEqual([]);
  });
});
