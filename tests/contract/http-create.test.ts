import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eggText } from '../../main/eggs/an-egg.test-helper.ts';
import { createWorld, type World } from './http-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

async function create(more: object, token?: string) {
  const volume_id = String((await world.call('POST', '/volumes')).json.id);
  const body = { internal_id: 'one', image: 'debian:12', volume_id, startup_command: './run.sh', ...more };
  return world.call('POST', '/containers', { body, ...(token === undefined ? {} : { token }) });
}
const definition = () => world.servers.get('one')?.definition;

describe('E17 a licence', () => {
  const accepted = {
    ...{ path: 'eula.txt', parser: 'properties', create: true },
    find: [{ match: 'eula', value: 'true', when: [] }],
  };

  test('is accepted by saying so alone', async () => {
    await create({ environment: { EULA: 'FALSE', A: '1' } });
    expect(definition()).toMatchObject({ config_files: [], environment: { EULA: 'FALSE', A: '1' } });
  });

  test('that was accepted is one more of the files that are set, and in its variable if it has one', async () => {
    const other = { ...accepted, path: 'a.properties' };
    expect((await create({ accept_eula: true, config_files: [other], environment: { A: '1' } })).status).toBe(
      200,
    );
    expect(definition()).toMatchObject({ config_files: [other, accepted], environment: { A: '1' } });
    expect(definition()).not.toHaveProperty('accept_eula');
    world.servers.views.clear();
    await create({ accept_eula: true, environment: { EULA: 'FALSE' } });
    expect(definition()?.environment).toEqual({ EULA: 'TRUE' });
  });

  test('is told by the plan of an egg that asks for one', async () => {
    const eulaOf = async (features: string[]) =>
      (await world.call('POST', '/eggs/plan', { body: { text: eggText({ features }) } })).json.eula;
    expect(await eulaOf([])).toBeNull();
    expect(await eulaOf(['eula'])).toEqual({
      label: 'I have read and accept the Minecraft End User License Agreement',
      url: 'https://www.minecraft.net/eula',
    });
  });
});

describe('A5 start', () => {
  test('needs the right to start, and is nothing that is kept', async () => {
    const token = world.token({ scopes: ['containers.write', 'files.write'] });
    const refused = await create({ start: true }, token);
    expect(refused).toMatchObject({ status: 403, json: { error: 'not permitted: power' } });
    expect(definition()).toBeUndefined();
    expect((await create({ start: true })).status).toBe(200);
    expect(definition()).not.toHaveProperty('start');
  });
});
