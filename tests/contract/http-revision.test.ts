import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, type World } from './http-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
  const volume = String((await world.call('POST', '/volumes')).json.id);
  const body = { internal_id: 'one', image: 'debian:12', volume_id: volume, startup_command: './run.sh' };
  await world.call('POST', '/containers', { body });
});
afterEach(() => world.close());

describe('A41: two people in the settings of a server', () => {
  const revision = async () => String((await world.call('GET', '/containers/one')).json.revision);

  test.each([
    ['PATCH', '', { tty: true }],
    ['PATCH', '/variables', { values: {} }],
    ['POST', '/resources', { cpu_shares: 2 }],
    ['POST', '/volumes', { volumes: {} }],
  ] as const)(
    '%s %s: the second one is refused in words, until it has seen the first change',
    async (method, tail, body) => {
      const both = await revision();
      expect((await world.call('PATCH', '/containers/one', { body: { name: 'of the first' } })).status).toBe(
        200,
      );
      const before = world.servers.get('one')?.definition;
      const path = `/containers/one${tail}?revision=`;
      const refused = await world.call(method, path + both, { body });
      expect([refused.status, refused.json.error]).toEqual([
        409,
        expect.stringContaining('somebody else has changed the settings'),
      ]);
      expect(world.servers.get('one')?.definition).toEqual(before);
      expect((await world.call(method, path + (await revision()), { body })).status).toBeLessThan(300);
    },
  );

  test('it stays while nothing is decided anew', async () => {
    const first = await revision();
    const view = world.servers.get('one');
    if (view) world.servers.views.set('one', { ...view, state: 'running' });
    expect(await revision()).toBe(first);
  });
});
