import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eggText } from '../../main/eggs/an-egg.test-helper.ts';
import { createWorld, type World } from './http-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const first = eggText({ uuid: 'u-1' });
const second = eggText({ uuid: 'u-1', startup: 'run --new' });
const importText = async (text: string) =>
  (await world.call('POST', '/eggs', { body: { text, source: 'a.json' } })).json;
const sha = (known: unknown): string => String(Object(known).sha256);

/** Of the first version. */
async function createServer(): Promise<void> {
  const plan = await world.call('POST', '/eggs/plan', { body: { text: first } });
  const volume_id = String((await world.call('POST', '/volumes')).json.id);
  const body = { ...Object(plan.json.server), internal_id: 'one', volume_id };
  expect((await world.call('POST', '/containers', { body })).status).toBe(200);
}

describe('E16 a server and the versions of its egg', () => {
  test('one without an egg, one whose egg is not here, one on the newest version', async () => {
    await createServer();
    const state = async () => (await world.call('GET', '/containers/one/egg')).json;
    expect(await state()).toMatchObject({ state: 'unknown', entry: null });
    const known = await importText(first);
    expect(await state()).toMatchObject({ state: 'newest', entry: known.entry, changes: [] });
    const view = world.servers.get('one');
    if (view) world.servers.views.set('one', { ...view, definition: { ...view.definition, egg: null } });
    expect(await state()).toMatchObject({ state: 'none', egg: null });
  });

  test('a newer version changes no server; moving to it is a choice', async () => {
    await importText(first);
    await createServer();
    const sha256 = sha(await importText(second));
    expect(world.servers.get('one')?.definition.startup_command).toBe('run {{SERVER_PORT}}');
    const told = await world.call('GET', '/containers/one/egg');
    expect(told.json).toMatchObject({
      ...{ state: 'newer', fields: ['startup_command'], notes: [], image: null },
      changes: [{ part: 'startup', text: 'The start command “Default” is different' }],
    });
    const moved = await world.call('POST', '/containers/one/egg', { body: { sha256 } });
    expect(moved).toMatchObject({ status: 200, json: { fields: ['startup_command'], restart_required: [] } });
    expect(world.servers.get('one')?.definition).toMatchObject({
      startup_command: 'run --new',
      egg: { uuid: 'u-1', sha256 },
    });
    expect((await world.call('GET', '/containers/one/egg')).json.state).toBe('newest');
    const again = await world.call('POST', '/containers/one/egg', { body: { sha256 } });
    expect(again).toMatchObject({
      status: 409,
      json: { error: expect.stringContaining('look at it again') },
    });
  });

  test('what was looked at is what it is moved to, by who may change it', async () => {
    const sha256 = sha(await importText(first));
    await createServer();
    const move = (body: unknown, token?: string) =>
      world.call('POST', '/containers/one/egg', { body, ...(token === undefined ? {} : { token }) });
    expect((await move({ sha256 })).status).toBe(409);
    expect((await move({ sha256: 'x' })).json.error).toBe('sha256: must be a version of an egg');
    expect((await move({ sha256: 'f'.repeat(64) })).status).toBe(409);
    expect((await move({ sha256 }, world.token({ scopes: ['containers.read'] }))).status).toBe(403);
    expect((await move({ sha256 }, world.token({ containers: ['two'] }))).status).toBe(403);
  });
});

describe('E16 POST /eggs/:id/check', () => {
  test('one that nobody knows the place of, one that is not here; not for a token that is bound to some servers', async () => {
    const { id } = Object((await importText(first)).entry);
    const check = (path: string, more: object = {}) => world.call('POST', `/eggs/${path}/check`, more);
    expect(await check(id)).toMatchObject({
      status: 404,
      json: { error: expect.stringContaining('Nobody knows where Test is from') },
    });
    expect((await check('no')).status).toBe(404);
    expect((await check(id, { token: world.token({ containers: ['one'] }) })).status).toBe(403);
  });

  test('a place in the machine’s own networks is asked only where that is allowed', async () => {
    const text = eggText({ name: 'Inner' });
    const body = { text, source: 'https://127.0.0.1:9/egg.json' };
    const { id } = Object((await world.call('POST', '/eggs', { body })).json.entry);
    const check = (allow_private: boolean) =>
      world.call('POST', `/eggs/${id}/check`, { body: { allow_private } });
    expect((await check(false)).status).toBe(409);
    expect(await check(true)).toMatchObject({
      status: 400,
      json: { error: expect.stringContaining('could not be asked') },
    });
  });
});

test('E16 GET /eggs/:id/changes compares two versions that are here', async () => {
  const from = sha(await importText(first));
  const known = await importText(second);
  const { id } = Object(known.entry);
  const { json } = await world.call('GET', `/eggs/${id}/changes?from=${from}`);
  expect(json.changes).toMatchObject([{ part: 'startup' }]);
  expect((await world.call('GET', `/eggs/${id}/changes?from=${from}&to=${from}`)).json.changes).toEqual([]);
  expect((await world.call('GET', `/eggs/${id}/changes?from=x`)).status).toBe(404);
});
