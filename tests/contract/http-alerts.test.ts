import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startPanel, type TestPanel } from '../support/panel.ts';
import { until } from '../support/until.ts';
import { createWorld, type World } from './http-world.ts';

let world: World;
let web: TestPanel;
const disposers: (() => void | Promise<void>)[] = [];
beforeAll(async () => {
  world = await createWorld();
  web = await startPanel((dispose) => void disposers.push(dispose));
});
afterAll(async () => {
  await world.close();
  for (const dispose of disposers.reverse()) await dispose();
});

const secret = 'the-secret-of-the-test';
const body = () => ({
  name: 'mine',
  form: 'json',
  url: `${web.url}/private-part-of-it/update`,
  secret,
  events: ['crashed', 'schedule_missed'],
  gather: 0,
});
const text = z.string();
const made = async (more: object = {}, token?: string): Promise<string> => {
  const reply = await world.call('POST', '/alerts', {
    body: { ...body(), ...more },
    ...(token ? { token } : {}),
  });
  expect([reply.status, reply.json.error]).toEqual([200, undefined]);
  return text.parse(reply.json.id);
};

describe('N1: targets of alerts by HTTP', () => {
  test('made with defaults, listed, changed, deleted; no answer, entry or line of the log has its secrets', async () => {
    const reply = await world.call('POST', '/alerts', { body: { ...body(), gather: undefined } });
    expect(reply).toMatchObject({
      status: 200,
      json: {
        name: 'mine',
        form: 'json',
        events: ['crashed', 'schedule_missed'],
        servers: null,
        quiet: null,
        gather: 10,
        enabled: true,
        has_secret: true,
        may_be_private: true,
        address: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/…date$/),
        state: { waiting: 0, dropped: 0, problem: null, next_try: null, last_delivery: null },
      },
    });
    const one = `/alerts/${text.parse(reply.json.id)}`;
    const quiet = { from: '22:00', to: '07:00', time_zone: 'Europe/Berlin' };
    const changed = await world.call('PATCH', one, { body: { name: 'ours', quiet, servers: ['mc'] } });
    expect(changed.json).toMatchObject({ name: 'ours', quiet, servers: ['mc'], has_secret: true });
    const list = await world.call('GET', '/alerts');
    expect(list.json).toMatchObject({ targets: [{ name: 'ours' }], time_zone: expect.any(String) });
    expect((await world.call('GET', `${one}/deliveries`)).json).toEqual({ deliveries: [] });
    const audit = await world.call('GET', '/audit');
    expect((await world.call('DELETE', one)).json).toEqual({ message: 'Alert target deleted' });
    expect((await world.call('DELETE', one)).status).toBe(404);
    expect(audit.text).toContain('POST /alerts');
    for (const said of [reply.text, changed.text, list.text, audit.text, world.logged.join()])
      expect(said).not.toMatch(/private-part|the-secret/);
  });

  test.each([
    [{ url: 'ftp://example.com/x' }, /^url: must be an address/],
    [{ url: 'nonsense' }, /^url: must be an address/],
    [{ url: 'https://me:pass@example.com/' }, /^url: must not have a user name/],
    [{ url: 'https://example.com/#x' }, /^url: must not have a user name/],
    [{ secret: null }, /^secret: must be given/],
    [{ secret: 'short' }, /^secret: must have 8/],
    [{ secret: 'a secret\r\nX-Header: 1' }, /^secret: must have letters/],
    [{ name: ' ' }, /^name: must not be empty/],
    [{ events: [] }, /^events: must have at least one/],
    [{ events: ['rain'] }, /^events.0: /],
    [{ quiet: { from: '25:00', to: '07:00', time_zone: 'UTC' } }, /^quiet.from: must be a time of day/],
    [{ quiet: { from: '07:00', to: '07:00', time_zone: 'UTC' } }, /^quiet.to: must be another time/],
    [{ quiet: { from: '07:00', to: '08:00', time_zone: 'Mars/Base' } }, /^quiet.time_zone: /],
    [{ gather: 3601 }, /^gather: /],
    [{ surprise: 1 }, /^unknown field: surprise/],
  ])('what is wrong is named: %j', async (more, words) => {
    const reply = await world.call('POST', '/alerts', { body: { ...body(), ...more } });
    expect([reply.status, reply.json.error]).toEqual([400, expect.stringMatching(words)]);
    expect((await world.call('GET', '/alerts')).json.targets).toEqual([]);
  });

  test('a host has 20 at most', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 20; n += 1) ids.push(await made());
    const reply = await world.call('POST', '/alerts', { body: body() });
    expect([reply.status, reply.json.error]).toEqual([409, expect.stringContaining('20 targets')]);
    for (const id of ids) await world.call('DELETE', `/alerts/${id}`);
  });

  test('it is the host’s affair: 403 for a token of some servers', async () => {
    const id = await made();
    const token = world.token({ containers: ['mc'] });
    for (const [method, path] of [
      ['GET', '/alerts'],
      ['POST', '/alerts'],
      ['PATCH', `/alerts/${id}`],
      ['DELETE', `/alerts/${id}`],
      ['POST', `/alerts/${id}/test`],
      ['GET', `/alerts/${id}/deliveries`],
    ] as const) {
      const sent = method === 'POST' && path === '/alerts' ? body() : method === 'PATCH' ? {} : undefined;
      expect((await world.call(method, path, { token, body: sent })).status).toBe(403);
    }
    await world.call('DELETE', `/alerts/${id}`);
  });
});

describe('N6: whom the host asks', () => {
  test('a test says what was answered; a private address only where the master token has set it', async () => {
    const token = world.token({ scopes: ['system'] });
    const id = await made({}, token);
    const test = async () => (await world.call('POST', `/alerts/${id}/test`)).json;
    expect(await test()).toMatchObject({
      ok: false,
      status: null,
      problem: expect.stringContaining('master token'),
    });
    expect(web.requests).toEqual([]);
    await world.call('PATCH', `/alerts/${id}`, { body: { url: body().url } });
    expect(await test()).toMatchObject({ ok: true, status: 200, problem: null });
    web.update = 404;
    expect(await test()).toMatchObject({ ok: false, status: 404, problem: expect.stringContaining('404') });
    web.update = 200;
    await world.call('PATCH', `/alerts/${id}`, { body: { url: body().url }, token });
    expect(await test()).toMatchObject({ ok: false, status: null });
    await world.call('DELETE', `/alerts/${id}`);
  });
});

describe('N1: what happens is told', () => {
  test('a fact of a feature comes by the webhook, and is a delivery', async () => {
    const id = await made();
    const before = web.taken.length;
    world.news.happened({
      event: 'schedule_missed',
      container: 'mc',
      title: 'missed its schedule x',
      detail: 'why',
    });
    world.news.happened({ event: 'backup_made', container: 'mc', title: 'not chosen', detail: '' });
    await until(() => web.taken.length > before);
    expect(web.taken.at(-1)).toMatchObject({
      alerts: [{ event: 'schedule_missed', title: 'mc missed its schedule x', detail: 'why' }],
    });
    const deliveries = async () => (await world.call('GET', `/alerts/${id}/deliveries`)).json.deliveries;
    await until(async () => JSON.stringify(await deliveries()).includes('delivered'));
    expect(await deliveries()).toMatchObject([{ result: 'delivered', status: 200, alerts: 1 }]);
    await world.call('DELETE', `/alerts/${id}`);
  });
});
