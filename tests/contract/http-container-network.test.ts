import { renameSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { until } from '../support/until.ts';
import { createWorld, startTime, type World } from './http-world.ts';

let world: World;
let volume: string;
beforeEach(async () => {
  world = await createWorld();
  volume = String((await world.call('POST', '/volumes')).json.id);
});
afterEach(() => world.close());

const addRange = (port: number, end_port: number) =>
  world.call('POST', '/network/ports', { body: { ip: '0.0.0.0', port, end_port } });
const bind = (port: number) => ({ ip: '0.0.0.0', port });
const create = (internal_id = 'a', more: object = {}) =>
  world.call('POST', '/containers', {
    body: { internal_id, image: 'debian:12', volume_id: volume, startup_command: 'x', ...more },
  });
const rebind = (body: unknown, id = 'a') => world.call('POST', `/containers/${id}/rebind-network`, { body });
const reinstall = (body: unknown, id = 'a') => world.call('POST', `/containers/${id}/reinstall`, { body });
const inUse = () =>
  world.store.ports.all().flatMap((port) => (port.used_by ? [`${port.port} ${port.used_by}`] : []));
const definition = (id = 'a') => world.servers.get(id)?.definition;

describe('A5 a port that somebody else has', () => {
  test('is refused by name at create and rebind, and nothing is taken', async () => {
    await addRange(1, 3);
    world.hold({ ip: '0.0.0.0', port: 2, protocol: 'tcp' }, 'nginx (pid 812)');
    const error =
      'Invalid port binding: port 2/tcp on 0.0.0.0 is held by nginx (pid 812); stop that, or choose another port';
    const refused = await create('a', { ports: [bind(1), bind(2)] });
    expect([refused.status, refused.json]).toEqual([400, { error }]);
    expect([inUse(), world.servers.list()]).toEqual([[], []]);
    await create('a', { ports: [bind(1)] });
    const moved = await rebind({ ports: [bind(3), bind(2)] });
    expect([moved.status, moved.json]).toEqual([400, { error }]);
    expect(inUse()).toEqual(['1 a']);
  });

  test('without an address another entry of that port is taken', async () => {
    await addRange(1, 1);
    await world.call('POST', '/network/ports', { body: { ip: '10.0.0.1', port: 1 } });
    world.hold({ ip: '0.0.0.0', port: 1, protocol: 'tcp' }, 'nginx');
    expect((await create('a', { ports: [{ host_port: 1, container_port: 1 }] })).status).toBe(200);
    expect(definition()?.ports[0]?.ip).toBe('10.0.0.1');
  });
});

test('A5 of 50 simultaneous creates for 10 ports exactly 10 succeed, each with its own', async () => {
  await addRange(1, 10);
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, n) => create(`s${n}`, { ports: [bind((n % 10) + 1)] })),
  );
  expect(replies.map(({ status }) => status).sort()).toEqual([
    ...Array(10).fill(200),
    ...Array(40).fill(400),
  ]);
  const given = world.servers.list().flatMap((one) => one.definition.ports.map((port) => port.host_port));
  expect(given.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const held = world.servers
    .list()
    .flatMap(({ definition }) =>
      definition.ports.map((port) => `${port.host_port} ${definition.internal_id}`),
    );
  expect(inUse().sort()).toEqual(held.sort());
});

describe('POST /containers/:id/rebind-network', () => {
  test('answers that it has begun, with who asked', async () => {
    await addRange(1, 2);
    await create('a', { ports: [bind(1)] });
    world.time += 5000;
    const reply = await rebind({ ports: [{ host_port: 2, container_port: 80 }] });
    expect([reply.status, reply.json]).toEqual([
      200,
      { message: 'Network rebinding started', internal_id: 'a' },
    ]);
    expect(definition()).toMatchObject({
      ports: [{ ip: '0.0.0.0', host_port: 2, container_port: 80, protocol: 'tcp' }],
      created_at: startTime / 1000,
      updated_at: startTime / 1000 + 5,
    });
    expect([inUse(), world.servers.calls]).toEqual([['2 a'], ['rebind a by master']]);
  });

  test('ports that it has already may be among the new ones, and no ports are fine too', async () => {
    await addRange(1, 2);
    await create('a', { ports: [bind(1)] });
    expect((await rebind({ ports: [bind(1), bind(2)] })).status).toBe(200);
    expect(inUse()).toEqual(['1 a', '2 a']);
    expect((await rebind({ ports: [] })).status).toBe(200);
    expect(inUse()).toEqual([]);
  });

  test('one that can not be had: 400 with the published sentence, and none is taken', async () => {
    await addRange(1, 3);
    await create('a', { ports: [bind(1)] });
    await create('b', { ports: [bind(2)] });
    for (const bad of [bind(2), bind(9), bind(3)]) {
      const reply = await rebind({ ports: [bind(3), bad] });
      expect([reply.status, reply.json]).toEqual([
        400,
        { error: 'Invalid port binding: port not in network pool' },
      ]);
    }
    expect(inUse()).toEqual(['1 a', '2 b']);
    expect(definition()?.ports).toHaveLength(1);
  });

  test.each([
    [undefined, 'the body is missing'],
    [{}, 'ports: is required'],
    [{ ports: null }, 'ports: '],
    [{ ports: {} }, 'ports: '],
    [{ ports: [5] }, 'ports.0: '],
    [{ ports: [{}] }, 'ports.0.host_port: '],
    [{ ports: [{ port: 1 }] }, 'ports.0.ip: is required'],
    [{ ports: [{ ip: 'x', port: 1 }] }, 'ports.0.ip: '],
    [{ ports: [{ ip: '0.0.0.0', port: 0 }] }, 'ports.0.port: '],
    [{ ports: [], restart: true }, 'unknown field: restart'],
  ])('A3: %j: 400 beginning with %s', async (body, text) => {
    await addRange(1, 1);
    await create('a', { ports: [bind(1)] });
    const reply = await rebind(body);
    expect(reply.status).toBe(400);
    expect(String(reply.json.error).startsWith(text)).toBe(true);
    expect([inUse(), world.servers.calls]).toEqual([['1 a'], []]);
  });
});

describe('POST /containers/:id/reinstall', () => {
  test('without a body all is as before; the reply says that it has begun', async () => {
    await create('a', { install_script: 'echo one' });
    const reply = await reinstall(undefined);
    expect([reply.status, reply.json]).toEqual([
      200,
      { message: 'Container reinstall started', internal_id: 'a', operation: null },
    ]);
    expect(definition()).toMatchObject({ image: 'debian:12', install_script: 'echo one' });
    expect(world.servers.calls).toEqual(['reinstall a by master']);
  });

  test('with a restore point: that comes first, and without one nothing is reinstalled', async () => {
    await create('a');
    expect((await reinstall({ restore_point: true })).status).toBe(409);
    const view = world.servers.get('a');
    if (view) world.servers.views.set('a', { ...view, state: 'exit' });
    const { operation } = (await reinstall({ restore_point: true })).json;
    const ended = async () => {
      const { state, error } = (await world.call('GET', `/operations/${String(operation)}`)).json;
      return state === 'running' ? null : { state, error };
    };
    expect(await until(ended)).toEqual({ state: 'done', error: null });
    expect(world.servers.calls).toEqual(['reinstall a by master']);
    const { backups } = (await world.call('GET', '/containers/a/backups')).json;
    expect(backups).toMatchObject([{ kind: 'restore_point', note: 'before a reinstall' }]);
    const gone = String(world.store.volumes.all()[0]?.path);
    renameSync(gone, `${gone}-gone`);
    const second = (await reinstall({ restore_point: true })).json.operation;
    const failed = async () => {
      const { state } = (await world.call('GET', `/operations/${String(second)}`)).json;
      return state === 'running' ? null : state;
    };
    expect(await until(failed)).toBe('failed');
    expect(world.servers.calls).toHaveLength(1);
  });

  test.each([
    [{ image: 'debian:13' }, { image: 'debian:13', install_script: 'echo one' }],
    [{ install_script: 'echo two' }, { image: 'debian:12', install_script: 'echo two' }],
    [{ install_script: '' }, { image: 'debian:12', install_script: null }],
    [
      { image: null, install_script: null },
      { image: 'debian:12', install_script: 'echo one' },
    ],
  ])('%j changes the definition to %j', async (body, expected) => {
    await create('a', { install_script: 'echo one' });
    world.time += 5000;
    expect((await reinstall(body)).status).toBe(200);
    expect(definition()).toMatchObject({ ...expected, updated_at: startTime / 1000 + 5 });
  });

  test.each([
    [{ image: '' }, 'image: '],
    [{ image: 'a b' }, 'image: '],
    [{ image: 5 }, 'image: '],
    [{ install_script: ['x'] }, 'install_script: '],
    [{ install_script: 'a\0b' }, 'install_script: '],
    [{ install_script: 'x'.repeat(300_000) }, 'install_script: '],
    [{ volume_id: 'x' }, 'unknown field: volume_id'],
  ])('A3: %.60j: 400 beginning with %s', async (body, text) => {
    await create();
    const before = definition();
    const reply = await reinstall(body);
    expect(reply.status).toBe(400);
    expect(String(reply.json.error).startsWith(text)).toBe(true);
    expect([definition(), world.servers.calls]).toEqual([before, []]);
  });
});

describe.each(['rebind-network', 'reinstall'])('POST /containers/:id/%s', (action) => {
  const body = action === 'reinstall' ? {} : { ports: [] };
  const ask = (id: string, token?: string) =>
    world.call('POST', `/containers/${id}/${action}`, { body, ...(token ? { token } : {}) });

  test('A3: an unknown server: 404', async () => {
    for (const id of ['unknown', '..%2Fx', '__proto__']) {
      const reply = await ask(id);
      expect([reply.status, reply.json]).toEqual([404, { error: 'Container not found' }]);
    }
  });

  test('another server than the token is bound to: 403', async () => {
    await create();
    const reply = await ask('a', world.token({ containers: ['b'] }));
    expect([reply.status, reply.json]).toEqual([403, { error: 'not permitted: containers.write' }]);
    expect((await ask('a', world.token({ containers: ['a'] }))).status).toBe(200);
  });

  test.each([
    ['busy', 409],
    ['engine_unreachable', 503],
  ] as const)('%s: %d with the reason, and nothing changed', async (code, status) => {
    await create();
    const before = definition();
    world.servers.failure = new LightdeckError(code, 'the reason');
    const reply = await ask('a');
    expect([reply.status, reply.json]).toEqual([status, { error: 'the reason' }]);
    expect(definition()).toEqual(before);
  });
});
