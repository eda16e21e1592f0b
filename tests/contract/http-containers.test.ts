import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { serverDefinition } from '../support/server-definition.ts';
import { createWorld, startTime, type World } from './http-world.ts';

let world: World;
let volume: string;
beforeEach(async () => {
  world = await createWorld();
  volume = String((await world.call('POST', '/volumes')).json.id);
});
afterEach(() => world.close());

const body = (more: object = {}) => ({
  internal_id: 'my-server-001',
  image: 'debian:12',
  volume_id: volume,
  startup_command: './run.sh',
  ...more,
});
const create = (more: object = {}) => world.call('POST', '/containers', { body: body(more) });
const addPort = (port: number, ip = '0.0.0.0', protocol = 'tcp') =>
  world.call('POST', '/network/ports', { body: { ip, port, protocol } });
const definition = (id = 'my-server-001') => world.servers.get(id)?.definition;
const inUse = () =>
  world.store.ports.all().flatMap((port) => (port.used_by ? [`${port.port} ${port.used_by}`] : []));

describe('A5 create', () => {
  test('what is required is enough; the rest has defaults', async () => {
    const reply = await create();
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({
      message: 'Container creation started',
      internal_id: 'my-server-001',
      state: 'installing',
    });
    expect(definition()).toEqual(
      serverDefinition('my-server-001', {
        ...body(),
        created_at: startTime / 1000,
        updated_at: startTime / 1000,
      }),
    );
  });

  test('all fields, ports in every form', async () => {
    for (const port of [25565, 25566, 25567]) await addPort(port);
    await addPort(25565, '0.0.0.0', 'udp');
    const more = {
      start_pattern: 'Done \\(',
      limits: { memory: 536_870_912, cpu: 0.5 },
      mount: { '/maps': world.allowed },
      install_script: '#!/bin/sh\necho hi',
      name: 'Mein Server',
      environment: { EULA: 'true', 'odd-name.x': '' },
      stop: { command: 'stop', timeout: 60 },
      tty: false,
      auto_start: true,
      restart_policy: 'no',
      data_path: '/data',
      time_zone: 'Europe/Berlin',
      volume_owner: 'games:1000',
      read_only_root: true,
      user: 'image',
    };
    const ports = [
      { ip: '0.0.0.0', port: 25565 },
      { container_port: 80, host_port: 25565, protocol: 'udp' },
      { container_port: 3000, host_port: 25566, protocol: 'tcp' },
      { ip: '0.0.0.0', container_port: 1, host_port: 25567 },
    ];
    expect((await create({ ...more, ports })).status).toBe(200);
    expect(definition()).toMatchObject({
      ...more,
      ports: [
        { ip: '0.0.0.0', host_port: 25565, container_port: 25565, protocol: 'tcp' },
        { ip: '0.0.0.0', host_port: 25565, container_port: 80, protocol: 'udp' },
        { ip: '0.0.0.0', host_port: 25566, container_port: 3000, protocol: 'tcp' },
        { ip: '0.0.0.0', host_port: 25567, container_port: 1, protocol: 'tcp' },
      ],
    });
  });

  test('null is like leaving out where Lightd has optional fields, and an empty pattern is none', async () => {
    const none = { start_pattern: '', ports: null, limits: null, mount: null, install_script: null };
    expect((await create(none)).status).toBe(200);
    expect(definition()).toMatchObject({
      start_pattern: null,
      ports: [],
      limits: { memory: null, cpu: null },
      mount: {},
      read_only_mounts: [],
    });
  });

  test.each([
    [{ stop: {} }, { signal: 'SIGTERM', timeout: 30 }],
    [{ stop: { command: 'quit' } }, { command: 'quit', timeout: 30 }],
    [{ stop: { signal: 'SIGINT', timeout: 5 } }, { signal: 'SIGINT', timeout: 5 }],
    [{ stop: { timeout: 5 } }, { signal: 'SIGTERM', timeout: 5 }],
  ])('%j', async (more, stop) => {
    await create(more);
    expect(definition()?.stop).toEqual(stop);
  });

  test.each(['internal_id', 'image', 'volume_id', 'startup_command'])(
    'without %s: 400 naming it',
    async (field) => {
      const reply = await create({ [field]: undefined });
      expect([reply.status, reply.json]).toEqual([400, { error: `${field}: is required` }]);
    },
  );

  test.each([
    [{ internal_id: '' }, 'internal_id: '],
    [{ internal_id: 'a b' }, 'internal_id: '],
    [{ internal_id: 'x'.repeat(65) }, 'internal_id: '],
    [{ internal_id: '..' }, 'internal_id: '],
    [{ internal_id: '../x' }, 'internal_id: '],
    [{ internal_id: 5 }, 'internal_id: '],
    [{ image: '' }, 'image: '],
    [{ image: 'a b' }, 'image: '],
    [{ image: '-v' }, 'image: '],
    [{ volume_id: {} }, 'volume_id: '],
    [{ startup_command: '' }, 'startup_command: '],
    [{ startup_command: 'a\0b' }, 'startup_command: '],
    [{ startup_command: ['a'] }, 'startup_command: '],
    [{ start_pattern: 5 }, 'start_pattern: '],
    [{ ports: {} }, 'ports: '],
    [{ ports: [5] }, 'ports.0: '],
    [{ ports: [{}] }, 'ports.0.host_port: '],
    [{ ports: [{ host_port: 1 }] }, 'ports.0.container_port: is required'],
    [{ ports: [{ port: 1 }] }, 'ports.0.ip: is required'],
    [{ ports: [{ ip: '0.0.0.0', port: 1, host_port: 1 }] }, 'ports.0.port: '],
    [{ ports: [{ ip: 'x', port: 1 }] }, 'ports.0.ip: '],
    [{ ports: [{ ip: '0.0.0.0', port: 70_000 }] }, 'ports.0.port: '],
    [{ ports: [{ ip: '0.0.0.0', port: 1, protocol: 'sctp' }] }, 'ports.0.protocol: '],
    [{ ports: [{ ip: '0.0.0.0', port: 1, name: 'x' }] }, 'unknown field: ports.0.name'],
    [{ limits: { memory: '1g' } }, 'limits.memory: '],
    [{ limits: { memory: 1024 } }, 'Memory limit must be at least 4MB (limits.memory)'],
    [{ limits: { cpu: 0 } }, 'limits.cpu: '],
    [{ limits: { disk: 1 } }, 'unknown field: limits.disk'],
    [{ mount: { '/a': 5 } }, 'mount./a: '],
    [{ mount: ['/a'] }, 'mount: '],
    [{ environment: { 'A=B': 'x' } }, 'environment.A=B: '],
    [{ environment: { A: 1 } }, 'environment.A: '],
    [{ stop: { signal: 'TERM' } }, 'stop.signal: '],
    [{ stop: { timeout: 0 } }, 'stop.timeout: '],
    [{ stop: { after: 1 } }, 'unknown field: stop.after'],
    [{ tty: 'no' }, 'tty: '],
    [{ auto_start: 1 }, 'auto_start: '],
    [{ restart_policy: 'always' }, 'restart_policy: '],
    [{ data_path: 'data' }, 'data_path: '],
    [{ data_path: '/' }, 'data_path: '],
    [{ data_path: '/data/' }, 'data_path: '],
    [{ data_path: '/data/../etc' }, 'data_path: '],
    [{ data_path: '/home/container' }, 'data_path: '],
    [{ time_zone: '+01:00' }, 'time_zone: '],
    [{ time_zone: 'Mars/Olympus' }, 'time_zone: '],
    [{ time_zone: '../../etc/passwd' }, 'time_zone: '],
    [{ volume_owner: '-R' }, 'volume_owner: '],
    [{ volume_owner: 'a b' }, 'volume_owner: '],
    [{ volume_owner: '' }, 'volume_owner: '],
    [{ data_path: '/proc/1' }, 'data_path: '],
    [{ Image: 'x' }, 'unknown field: Image'],
    [{ created_at: 5 }, 'unknown field: created_at'],
  ])('A3: %j: 400 beginning with %s', async (more, words) => {
    const reply = await create(more);
    expect([reply.status, reply.json.error]).toEqual([400, expect.stringMatching(`^${literally(words)}`)]);
    expect(world.servers.list()).toEqual([]);
  });

  test('a volume that does not exist: 404', async () => {
    const reply = await create({ volume_id: 'd6764075-c5f1-4045-9fb3-85315b85cb0f' });
    expect([reply.status, reply.json]).toEqual([404, { error: 'Volume not found' }]);
  });

  test('an id that is taken: 409, and the first one keeps its ports', async () => {
    await addPort(1);
    await addPort(2);
    await create({ ports: [{ ip: '0.0.0.0', port: 1 }] });
    const reply = await create({ ports: [{ ip: '0.0.0.0', port: 2 }] });
    expect([reply.status, Object.keys(reply.json)]).toEqual([409, ['error']]);
    expect(inUse()).toEqual(['1 my-server-001']);
  });

  const badPort = { error: 'Invalid port binding: port not in network pool' };

  test('a port that is not in the pool, or in use, or asked for twice: 400, and none is taken', async () => {
    await addPort(1);
    await addPort(2);
    await create({ internal_id: 'other', ports: [{ ip: '0.0.0.0', port: 2 }] });
    for (const second of [9, 2, 1]) {
      const reply = await create({
        ports: [
          { ip: '0.0.0.0', port: 1 },
          { container_port: 80, host_port: second },
        ],
      });
      expect([reply.status, reply.json]).toEqual([400, badPort]);
    }
    expect(inUse()).toEqual(['2 other']);
  });

  test('of simultaneous requests for one port exactly one gets it', async () => {
    await addPort(1);
    const ports = [{ ip: '0.0.0.0', port: 1 }];
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, i) => create({ internal_id: `s${i}`, ports })),
    );
    expect(replies.map((reply) => reply.status).sort()).toEqual([200, ...Array(7).fill(400)]);
    expect(inUse()).toHaveLength(1);
  });

  test('when the registry refuses, the ports are free again', async () => {
    await addPort(1);
    world.servers.failure = new LightdeckError('invalid', 'no');
    expect((await create({ ports: [{ ip: '0.0.0.0', port: 1 }] })).json).toEqual({ error: 'no' });
    expect(inUse()).toEqual([]);
  });

  test('A8: system folders and host folders that are not allowed: 400', async () => {
    for (const mount of [
      { '/etc': world.allowed },
      { '/maps': '/etc' },
      { '/maps': join(world.allowed, '..') },
    ]) {
      const reply = await create({ mount });
      expect([reply.status, reply.json]).toEqual([400, { error: 'Cannot mount to system path' }]);
    }
  });

  test('a token that is bound to servers makes none, not even its own', async () => {
    const token = world.token({ containers: ['my-server-001'] });
    const reply = await world.call('POST', '/containers', { token, body: body() });
    expect([reply.status, reply.json]).toEqual([403, { error: 'not permitted: containers.write' }]);
  });
});

describe('GET /containers and /containers/:id', () => {
  test('show the published fields and ours', async () => {
    await addPort(25565);
    await create({ ports: [{ container_port: 80, host_port: 25565 }], limits: { memory: 536_870_912 } });
    const shown = (await world.call('GET', '/containers/my-server-001')).json;
    expect(shown).toMatchObject({
      ...body(),
      container_id: null,
      start_pattern: null,
      install_state: 'installing',
      install_error: null,
      state: 'installing',
      ports: [{ ip: '0.0.0.0', port: 25565, host_port: 25565, container_port: 80, protocol: 'tcp' }],
      limits: { memory: 536_870_912, cpu: null },
      mount: {},
      read_only_mounts: [],
      pending_restart: [],
      image_version: null,
      created_at: startTime / 1000,
      updated_at: startTime / 1000,
      name: 'my-server-001',
      started_at: null,
      last_exit: null,
    });
    expect((await world.call('GET', '/containers')).json).toEqual({ containers: [shown] });
  });

  test('G6 A3a an installed server is `ready` and has a container_id, as published, before it ever ran', async () => {
    await create();
    const view = world.servers.get('my-server-001');
    if (!view) throw new Error('no server');
    world.servers.views.set('my-server-001', { ...view, install_state: 'installed', state: 'installed' });
    const installed = (await world.call('GET', '/containers/my-server-001')).json;
    expect([installed.install_state, installed.state, installed.container_id]).toEqual([
      'ready',
      'installed',
      'lightd-my-server-001',
    ]);
    world.servers.views.set('my-server-001', { ...view, install_state: 'failed', state: 'failed' });
    const failed = (await world.call('GET', '/containers/my-server-001')).json;
    expect([failed.install_state, failed.container_id]).toEqual(['failed', null]);
  });

  test('a token that is bound to servers sees these alone', async () => {
    await create();
    await create({ internal_id: 'other' });
    const token = world.token({ containers: ['other'] });
    const { containers } = (await world.call('GET', '/containers', { token })).json;
    expect(containers).toEqual([expect.objectContaining({ internal_id: 'other' })]);
    expect((await world.call('GET', '/containers/other', { token })).status).toBe(200);
    expect((await world.call('GET', '/containers/my-server-001', { token })).status).toBe(403);
  });
});

describe('DELETE /containers/:id', () => {
  test('removes it and frees its ports; then its id is free again', async () => {
    await addPort(1);
    await create({ ports: [{ ip: '0.0.0.0', port: 1 }] });
    const reply = await world.call('DELETE', '/containers/my-server-001?keep=false');
    expect([reply.status, reply.json]).toEqual([
      200,
      { message: 'Container deleted successfully', deletion: null, expires_at: null },
    ]);
    expect(inUse()).toEqual([]);
    expect((await world.call('DELETE', '/containers/my-server-001')).status).toBe(404);
    expect((await create({ ports: [{ ip: '0.0.0.0', port: 1 }] })).status).toBe(200);
    expect((await world.call('GET', '/volumes')).json.volumes).toHaveLength(1);
  });

  test('refused: it keeps its ports', async () => {
    await addPort(1);
    await create({ ports: [{ ip: '0.0.0.0', port: 1 }] });
    world.servers.failure = new LightdeckError('engine_unreachable', 'Docker does not answer');
    expect((await world.call('DELETE', '/containers/my-server-001')).status).toBe(503);
    expect(inUse()).toEqual(['1 my-server-001']);
  });
});

describe('power', () => {
  test.each(['start', 'stop', 'restart', 'kill'])('POST …/%s is passed on with who asked', async (action) => {
    await create();
    const reply = await world.call('POST', `/containers/my-server-001/${action}`);
    expect([reply.status, reply.json]).toEqual([
      200,
      { message: `Container ${action} initiated`, internal_id: 'my-server-001' },
    ]);
    const token = world.token({ label: 'phone', scopes: ['power'], containers: ['my-server-001'] });
    expect(
      (await world.call('POST', `/containers/my-server-001/${action}`, { token, body: {} })).status,
    ).toBe(200);
    expect(world.servers.calls).toEqual([
      `${action} my-server-001 by master`,
      `${action} my-server-001 by phone`,
    ]);
  });

  test('another server than the token is bound to: 403', async () => {
    await create();
    const token = world.token({ containers: ['other'] });
    const reply = await world.call('POST', '/containers/my-server-001/kill', { token });
    expect([reply.status, reply.json]).toEqual([403, { error: 'not permitted: power' }]);
    expect(world.servers.calls).toEqual([]);
  });
});

test.each([
  ['GET', ''],
  ['DELETE', ''],
  ['POST', '/start'],
  ['POST', '/stop'],
  ['POST', '/restart'],
  ['POST', '/kill'],
])('A3: %s /containers/unknown%s: 404', async (method, tail) => {
  for (const id of ['unknown', '..%2Fx', '%00', 'x'.repeat(200), '__proto__']) {
    const reply = await world.call(method, `/containers/${id}${tail}`);
    expect([reply.status, reply.json]).toEqual([404, { error: 'Container not found' }]);
  }
});

const literally = (words: string) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
