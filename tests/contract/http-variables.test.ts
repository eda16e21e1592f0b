import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { serverVariableSchema } from '../../shared/model/server-variable.ts';
import { createWorld, type World } from './http-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
  const volume_id = String((await world.call('POST', '/volumes')).json.id);
  const body = { internal_id: 'one', image: 'debian:12', volume_id, startup_command: './run.sh' };
  await world.call('POST', '/containers', { body: { ...body, environment: { A: '1' } } });
});
afterEach(() => world.close());

const definition = () => world.servers.get('one')?.definition;

describe('E10 PATCH /containers/:id/variables', () => {
  const change = (values: unknown) => world.call('PATCH', '/containers/one/variables', { body: { values } });
  const variable = (key: string, more: object) => ({
    ...{ key, name: key, description: '', default: '', viewable: true, editable: true, checks: [] },
    ...{ field: { kind: 'text' }, secret: false, leave_out: true },
    ...more,
  });
  beforeEach(() => {
    const view = world.servers.get('one');
    if (!view) throw new Error('no server');
    const variables = z
      .array(serverVariableSchema)
      .parse([
        variable('LEVEL', { checks: [{ kind: 'required' }, { kind: 'number', whole: true }] }),
        variable('MOTD', { checks: [{ kind: 'pattern', pattern: '^(a+)+$', flags: '', not: false }] }),
        variable('EMPTY', { leave_out: false }),
      ]);
    world.servers.views.set('one', { ...view, definition: { ...view.definition, variables } });
  });

  test('values go into the environment, the rest of it stays; what is left empty goes, or stays empty', async () => {
    const view = world.servers.get('one');
    if (view) world.servers.views.set('one', { ...view, state: 'running' });
    const reply = await change({ LEVEL: '3', MOTD: 'aaa', EMPTY: '' });
    expect(reply.status).toBe(200);
    expect(reply.json.restart_required).toEqual(['environment']);
    expect(definition()?.environment).toEqual({ A: '1', LEVEL: '3', MOTD: 'aaa', EMPTY: '' });
    await change({ MOTD: '' });
    expect(definition()?.environment).toEqual({ A: '1', LEVEL: '3', EMPTY: '' });
  });

  test.each([
    [{ LEVEL: 'x' }, 'values.LEVEL: must be a whole number'],
    [{ LEVEL: '' }, 'values.LEVEL: must be filled in'],
    [{ MOTD: `${'a'.repeat(5000)}!` }, 'values.MOTD: must match ^(a+)+$'],
    [{ A: '2' }, 'values.A: is none of the variables that this server’s recipe asks for'],
    [{ LEVEL: 3 }, 'values.LEVEL: '],
  ])('%j: 400, and nothing changes', async (values, message) => {
    const before = definition();
    const reply = await change(values);
    expect([reply.status, reply.json]).toEqual([400, { error: expect.stringContaining(message) }]);
    expect(definition()).toEqual(before);
  });

  test('a server is made with them and its template, and tells them; two of one name are refused', async () => {
    const volume = String((await world.call('POST', '/volumes')).json.id);
    const body = {
      internal_id: 'two',
      image: 'i',
      volume_id: volume,
      startup_command: 'x',
      template: 'a-game',
    };
    const variables = [variable('LEVEL', {})];
    expect((await world.call('POST', '/containers', { body: { ...body, variables } })).status).toBe(200);
    expect((await world.call('GET', '/containers/two')).json).toMatchObject({
      template: 'a-game',
      variables,
    });
    const twice = { ...body, internal_id: 'three', variables: [...variables, ...variables] };
    expect((await world.call('POST', '/containers', { body: twice })).json).toEqual({
      error: 'variables: must not name one twice',
    });
  });
});
