import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stagingName } from '../../main/files/user-path.ts';
import { vendorType } from '../../shared/http/route.ts';
import { until } from '../support/until.ts';
import { createWorld } from './http-world.ts';

test('B15 links for a browser end with the token that asked for them, and so does what it is sending', async () => {
  const world = await createWorld();
  onTestFinished(() => world.close());
  const volume = (await world.call('POST', '/volumes')).json;
  const id = String(volume.id);
  const content = `/volumes/${id}/content?path=`;
  await world.call('PUT', `${content}f`, { body: 'text', type: 'text/plain' });
  const token = world.token();
  const [stored] = world.auth.list();
  const link = async (of?: string) => {
    const body = { volume_id: id, path: 'f' };
    return String((await world.call('POST', '/downloads', { body, ...(of ? { token: of } : {}) })).json.url);
  };
  const [theirs, masters] = [await link(token), await link()];
  const upload = request({
    port: world.port,
    method: 'PUT',
    path: `${content}half`,
    headers: { authorization: `Bearer ${token}`, accept: vendorType },
  });
  const cut = once(upload, 'error');
  upload.write('half of it');
  const staging = join(String(volume.path), stagingName);
  await until(() => existsSync(staging) && readdirSync(staging).length > 0);
  expect((await world.call('DELETE', `/auth/tokens/${stored?.id}`)).status).toBe(200);
  await expect(cut).resolves.toBeDefined();
  const open = (url: string) => world.call('GET', url, { token: null, accept: null });
  expect((await open(theirs)).status).toBe(404);
  expect((await open(masters)).text).toBe('text');
  expect((await world.call('GET', `/volumes/${id}/files`)).text).not.toContain('half');
});
