import { expect, test } from 'vitest';
import { z } from 'zod';
import { goTo, openBrowser, openPage } from '../support/browser.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { has } from '../support/requirements.ts';
import { openScene } from '../support/scene.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const listing = z.object({ files: z.array(z.object({ name: z.string() })) });

test.skipIf(!has('chromium') || !has('images'))(
  'A24, A25 a deleted file and a deleted server come back by Undo; the trash and the page of what was deleted',
  async () => {
    const scene = await openScene({ onEnd });
    const { api } = scene.host;
    const volume = (await api.post('/volumes', { size: 64 })).parse(
      z.object({ volume_id: z.string() }),
      201,
    ).volume_id;
    const id = await scene.server({ startup_command: 'sleep 1000', volume_id: volume });
    const write = (path: string, content: string) => api.post(`/volumes/${volume}/files`, { path, content });
    for (const name of ['server.properties', 'world.dat']) await write(name, name);
    const names = async () =>
      (await api.get(`/volumes/${volume}/files`)).parse(listing).files.map(({ name }) => name);
    const { page, trouble } = await openPage(await openBrowser(onEnd), scene.host, {
      path: `/servers/${id}/files`,
    });

    await page.getByRole('checkbox', { name: 'Select world.dat' }).check();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('world.dat is in the trash.').waitFor();
    expect(await names()).toEqual(['server.properties']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('world.dat is back.').waitFor();
    expect(await names()).toEqual(['server.properties', 'world.dat']);

    await write('server.properties', 'changed');
    await page.getByRole('link', { name: 'Trash' }).click();
    await page.getByRole('button', { name: 'Restore server.properties' }).click();
    await page.getByText('server (restored).properties is back.').waitFor();
    await page.getByText('The trash is empty').waitFor();

    await goTo(page, `${scene.host.url}/servers/${id}/settings`);
    await page.getByRole('button', { name: 'Delete server…' }).click();
    const asked = page.getByRole('dialog');
    await asked.getByRole('textbox').fill(id);
    await asked.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText(`${id} was deleted.`).waitFor();
    expect((await api.get(`/containers/${id}`)).status).toBe(404);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText(`${id} is back.`).waitFor();
    await until(async () => (await api.get(`/containers/${id}`)).status === 200, { what: 'the server' });

    expect((await api.delete(`/containers/${id}`)).status).toBe(200);
    await goTo(page, `${scene.host.url}/deleted`);
    await page.getByRole('button', { name: `Bring ${id} back` }).waitFor();
    await page.getByRole('button', { name: `Delete ${id} for good` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
    await page.getByRole('link', { name: `Make a server with the files: Of ${id}` }).waitFor();
    await page.getByRole('button', { name: `Delete the files: Of ${id}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('The files were deleted.').waitFor();
    expect((await api.get(`/volumes/${volume}/quota`)).status).toBe(404);
    expect(trouble.filter((line) => !line.endsWith('/sftp/info: 404'))).toEqual([]);
  },
  60_000,
);
