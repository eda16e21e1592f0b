import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { MiB } from '../../shared/units.ts';
import { createWorld, type World } from './http-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
  const volume = String((await world.call('POST', '/volumes')).json.id);
  const body = {
    internal_id: 'one',
    image: 'debian:12',
    volume_id: volume,
    startup_command: './run.sh',
    start_pattern: 'Done',
    environment: { A: '1' },
    limits: { memory: 512 * MiB, cpu: 1.5 },
  };
  await world.call('POST', '/containers', { body });
});
afterEach(() => world.close());

const definition = () => world.servers.get('one')?.definition;
const patch = (body: unknown) => world.call('PATCH', '/containers/one', { body });
const resources = (body: unknown) => world.call('POST', '/containers/one/resources', { body });
const volumes = (body: unknown) => world.call('POST', '/containers/one/volumes', { body });
const literally = (words: string) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** As if it ran: what a container is made with waits. */
function run(): void {
  const view = world.servers.get('one');
  if (view) world.servers.views.set('one', { ...view, state: 'running' });
}

const routes = [
  ['PATCH', '', { name: 'x' }, 'containers.write'],
  ['PATCH', '/variables', { values: {} }, 'containers.write'],
  ['GET', '/resources', undefined, 'containers.read'],
  ['POST', '/resources', { cpu_shares: 2 }, 'containers.write'],
  ['POST', '/volumes', { volumes: {} }, 'containers.write'],
  ['GET', '/logs', undefined, 'console.read'],
  ['GET', '/logs/search?text=x', undefined, 'console.read'],
] as const;

describe.each(routes)('%s /containers/:id%s', (method, tail, body, scope) => {
  const call = (options: object = {}, id = 'one') =>
    world.call(method, `/containers/${id}${tail}`, { body, ...options });

  test('A3: an unknown id: 404', async () => {
    for (const id of ['unknown', '..%2Fx', '%00', '__proto__']) {
      const reply = await call({}, id);
      expect([reply.status, reply.json]).toEqual([404, { error: 'Container not found' }]);
    }
  });

  test('a token for another server: 403, and nothing changes; one with its scope alone is enough', async () => {
    const before = definition();
    const reply = await call({ token: world.token({ containers: ['other'] }) });
    expect([reply.status, reply.json]).toEqual([403, { error: `not permitted: ${scope}` }]);
    expect(definition()).toEqual(before);
    expect((await call({ token: world.token({ scopes: [scope] }) })).status).toBeLessThan(300);
  });
});

test.each(routes.filter(([method]) => method !== 'GET'))(
  'A3: %s /containers/:id%s without a body, or with no JSON: 400',
  async (method, tail) => {
    const before = definition();
    const none = await world.call(method, `/containers/one${tail}`);
    expect([none.status, none.json]).toEqual([400, { error: 'the body is missing: send a JSON object' }]);
    for (const body of ['{', '[]', '"x"', 'null']) {
      expect((await world.call(method, `/containers/one${tail}`, { body })).status).toBe(400);
    }
    expect(definition()).toEqual(before);
  },
);

describe('PATCH /containers/:id', () => {
  test.each([
    [{ name: 'Mein Server 🎲' }, {}],
    [{ name: null }, { name: 'one' }],
    [{ startup_command: 'exec ./other' }, {}],
    [{ start_pattern: 'Ready' }, {}],
    [{ start_pattern: null }, {}],
    [{ start_pattern: '' }, { start_pattern: null }],
    [{ environment: { B: 'a\nb="c" ünï\'$X`', EMPTY: '' } }, {}],
    [{ environment: {} }, {}],
    [{ stop: { command: 'stop', timeout: 60 } }, {}],
    [{ stop: {} }, { stop: { signal: 'SIGTERM', timeout: 30 } }],
    [{ tty: false }, {}],
    [{ auto_start: true }, {}],
    [{ restart_policy: 'no' }, {}],
    [{ data_path: '/data' }, {}],
    [{ data_path: '/home/container/world' }, {}],
    [{ time_zone: 'Asia/Tokyo' }, {}],
    [{ time_zone: null, volume_owner: null }, {}],
    [{ volume_owner: '1000:1000' }, {}],
    [{ read_only_root: true }, {}],
    [{ tags: [' friends ', 'Ärger 🐉'] }, { tags: ['friends', 'Ärger 🐉'] }],
    [{ entrypoint: 'image' }, {}],
    [{ entrypoint: 'image', startup_command: '' }, {}],
    [{ installer: { image: 'debian:12', entrypoint: ['bash'], timeout: 60 } }, {}],
    [{ installer: null, config_files: [] }, {}],
    [{ config_files: [{ path: 'a.ini', parser: 'ini', create: true, find: [] }] }, {}],
    [{ name: 'a', tty: false, auto_start: true }, {}],
  ])('%j changes that and nothing else', async (body, seen) => {
    const before = definition();
    const reply = await patch(body);
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({ ...body, ...seen, internal_id: 'one', restart_required: [] });
    expect(definition()).toEqual({ ...before, ...body, ...seen, updated_at: expect.any(Number) });
    expect(definition()?.updated_at).not.toBe(before?.updated_at);
  });

  test('E7 what it is started by waits for its next start, its installer for its next install', async () => {
    run();
    const installer = { image: 'debian:12', entrypoint: ['bash'], timeout: 60 };
    const file = { path: 'a.ini', parser: 'ini', create: true, find: [] };
    const { json } = await patch({ entrypoint: 'image', installer, config_files: [file] });
    expect(json).toMatchObject({ restart_required: ['entrypoint', 'config_files'] });
    expect((await patch({ startup_command: '' })).status).toBe(200);
    const reply = await patch({ entrypoint: 'shell' });
    expect(reply.status).toBe(400);
    expect(reply.json).toEqual({
      error: 'startup_command: must not be empty, unless entrypoint is image',
    });
    for (const wrong of [
      { entrypoint: 'none' },
      { installer: { ...installer, timeout: 1 } },
      { installer: { ...installer, entrypoint: [] } },
      { config_files: [{ ...file, parser: 'exe' }] },
      { config_files: null },
    ])
      expect((await patch(wrong)).status).toBe(400);
  });

  test('A19 whom it runs as: the choice, what is in force, and why', async () => {
    const { json } = await patch({ user: 'root' });
    expect(json).toMatchObject({ user: { setting: 'root', mode: 'root', uid: 0, gid: 0 } });
    expect(definition()?.user).toBe('root');
    const back = (await patch({ user: null })).json;
    expect(back).toMatchObject({ user: { setting: null, mode: 'image', uid: null, gid: null } });
    expect(back).not.toHaveProperty('host_user_problem');
    expect((await patch({ user: 'me' })).status).toBe(400);
    expect((await patch({ host_user_problem: 'x' })).status).toBe(400);
  });

  test('what makes its files hold still for a backup is kept, in force at once, and one line each', async () => {
    run();
    const freeze = { before: ['save-off'], wait_for: 'Saved', ask: null, timeout: 60, after: ['save-on'] };
    const { json } = await patch({ freeze: { before: ['save-off'], wait_for: 'Saved', after: ['save-on'] } });
    expect(json).toMatchObject({ freeze, restart_required: [] });
    expect(definition()?.freeze).toEqual(freeze);
    for (const wrong of [
      { before: [] },
      { before: ['a\nb'] },
      { before: ['a'], timeout: 0 },
      { after: ['a'] },
    ])
      expect((await patch({ freeze: wrong })).status).toBe(400);
    expect((await patch({ freeze: null })).json).toMatchObject({ freeze: null });
  });

  test('says what a running server only gets with its next start', async () => {
    run();
    const all = {
      name: 'b',
      startup_command: 'x',
      start_pattern: 'y',
      environment: { A: '2' },
      stop: { timeout: 5 },
      tty: false,
      auto_start: true,
      restart_policy: 'no',
    };
    expect((await patch(all)).json.restart_required).toEqual([
      'startup_command',
      'start_pattern',
      'environment',
      'tty',
    ]);
    const again = (await patch(all)).json;
    expect(again.restart_required).toEqual([]);
    // What waits still does, whoever asks and when.
    const waiting = ['startup_command', 'start_pattern', 'environment', 'tty'];
    expect(again.pending_restart).toEqual(waiting);
    expect((await world.call('GET', '/containers/one')).json.pending_restart).toEqual(waiting);
    await patch({ environment: { A: '1' } });
    expect((await world.call('GET', '/containers/one')).json.pending_restart).not.toContain('environment');
  });

  test.each([
    [{}, 'body: send at least one of name, startup_command'],
    [{ name: 5 }, 'name: '],
    [{ name: 'x'.repeat(129) }, 'name: '],
    [{ name: 'a\0b' }, 'name: '],
    [{ startup_command: '' }, 'startup_command: must not be empty'],
    [{ startup_command: null }, 'startup_command: '],
    [{ startup_command: 'a\0' }, 'startup_command: '],
    [{ start_pattern: ['a'] }, 'start_pattern: '],
    [{ start_pattern: 'x'.repeat(1025) }, 'start_pattern: '],
    [{ environment: null }, 'environment: '],
    [{ environment: { 'A=B': '' } }, 'environment.A=B: '],
    [{ environment: { '': '' } }, 'environment.: '],
    [{ environment: { A: 1 } }, 'environment.A: '],
    [{ environment: { A: 'a\0' } }, 'environment.A: '],
    [
      { environment: Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`A${i}`, ''])) },
      'environment: ',
    ],
    [{ stop: 'SIGTERM' }, 'stop: '],
    [{ stop: { signal: 'TERM' } }, 'stop.signal: '],
    [{ stop: { timeout: 3601 } }, 'stop.timeout: '],
    [{ stop: { after: 1 } }, 'unknown field: stop.after'],
    [{ tty: 'yes' }, 'tty: '],
    [{ tty: null }, 'tty: '],
    [{ auto_start: 1 }, 'auto_start: '],
    [{ restart_policy: 'always' }, 'restart_policy: '],
    [{ data_path: '/sys' }, 'data_path: '],
    [{ image: 'x' }, 'unknown field: image'],
    [{ internal_id: 'x' }, 'unknown field: internal_id'],
    [{ limits: {} }, 'unknown field: limits'],
    [{ name: 'good', tty: 'bad' }, 'tty: '],
  ])('A3: %j: 400 beginning with %s, and nothing changes', async (body, words) => {
    const before = definition();
    const reply = await patch(body);
    expect([reply.status, reply.json.error]).toEqual([400, expect.stringMatching(`^${literally(words)}`)]);
    expect(definition()).toEqual(before);
  });
});

describe('A11 resources', () => {
  const inForce = async () => (await world.call('GET', '/containers/one/resources')).json;
  const first = {
    memory: 512 * MiB,
    memory_swap: 512 * MiB,
    memory_reservation: null,
    cpu_shares: null,
    cpu_period: 100_000,
    cpu_quota: 150_000,
    cpuset_cpus: null,
    blkio_weight: null,
  };

  test('all eight are shown as they are in force', async () => {
    expect(await inForce()).toEqual(first);
  });

  test.each([
    [{ memory: 4 * MiB }, { memory_swap: 4 * MiB }],
    [{ memory: 2 ** 40 }, { memory_swap: 2 ** 40 }],
    [{ memory_swap: -1 }, {}],
    [{ memory_swap: 512 * MiB }, {}],
    [{ memory_swap: 1024 * MiB }, {}],
    [{ memory_reservation: 512 * MiB }, {}],
    [{ cpu_shares: 2 }, {}],
    [{ cpu_shares: 262_144 }, {}],
    [{ cpu_period: 1000 }, {}],
    [{ cpu_period: 1_000_000 }, {}],
    [{ cpu_quota: 1000 }, {}],
    [{ cpu_quota: -1 }, {}],
    [{ cpu_quota: 33_333, cpu_period: 77_777 }, {}],
    [{ cpuset_cpus: '0-3' }, {}],
    [{ cpuset_cpus: '0,2' }, {}],
    [{ cpuset_cpus: '0-1,4,6-6' }, {}],
    [{ blkio_weight: 10 }, {}],
    [{ blkio_weight: 1000 }, {}],
    [
      { cpu_shares: 512, memory: null, blkio_weight: null },
      { memory: 512 * MiB, blkio_weight: null },
    ],
    [
      {
        memory: 64 * MiB,
        memory_swap: 128 * MiB,
        memory_reservation: 32 * MiB,
        cpu_shares: 100,
        cpu_period: 50_000,
        cpu_quota: 25_000,
        cpuset_cpus: '1',
        blkio_weight: 300,
      },
      {},
    ],
  ])('%j', async (body, more) => {
    const reply = await resources(body);
    expect([reply.status, reply.json]).toEqual([202, { message: 'Resource update started' }]);
    expect(await inForce()).toEqual({ ...first, ...body, ...more });
  });

  test('I1 `wait=true` answers with how it ended', async () => {
    const reply = await world.call('POST', '/containers/one/resources?wait=true', {
      body: { cpu_shares: 3 },
    });
    expect([reply.status, reply.json]).toEqual([202, { message: 'Resources updated' }]);
    expect(
      (await world.call('POST', '/containers/one/resources?wait=1', { body: { cpu_shares: 4 } })).status,
    ).toBe(400);
  });

  test('limits and resources are one record: cores follow the quota, and the other way round', async () => {
    await resources({ cpu_quota: 50_000, memory: 64 * MiB });
    expect(definition()?.limits).toEqual({ memory: 64 * MiB, cpu: 0.5 });
    await resources({ cpu_period: 50_000 });
    expect(definition()?.limits.cpu).toBe(1);
    await resources({ cpu_quota: -1 });
    expect(definition()?.limits.cpu).toBeNull();
  });

  test('swap that equals memory follows it; any other is held against it', async () => {
    await resources({ memory_swap: 512 * MiB });
    expect((await resources({ memory: 1024 * MiB })).status).toBe(202);
    expect((await inForce()).memory_swap).toBe(1024 * MiB);
    await resources({ memory_swap: 2048 * MiB });
    const reply = await resources({ memory: 4096 * MiB });
    expect(reply.json.error).toMatch(/^memory_swap: must be -1 or at least the memory limit/);
    expect((await resources({ memory: 4096 * MiB, memory_swap: -1 })).status).toBe(202);
  });

  test.each([
    [{}, 'body: send at least one of memory'],
    [{ memory: null }, 'body: send at least one of memory'],
    [{ memory: 4 * MiB - 1 }, 'Memory limit must be at least 4MB (memory)'],
    [{ memory: 2 ** 40 + 1 }, 'memory: '],
    [{ memory: '512m' }, 'memory: '],
    [{ memory: 5_000_000.5 }, 'memory: '],
    [{ memory: -1 }, 'Memory limit must be at least 4MB (memory)'],
    [{ memory_swap: 0 }, 'memory_swap: '],
    [{ memory_swap: -2 }, 'memory_swap: '],
    [{ memory_swap: 511 * MiB }, 'memory_swap: must be -1 or at least the memory limit'],
    [{ memory: 64 * MiB, memory_swap: 32 * MiB }, 'memory_swap: must be'],
    [{ memory_reservation: 513 * MiB }, 'memory_reservation: must be at most the memory limit'],
    [{ memory_reservation: 0 }, 'memory_reservation: '],
    [{ cpu_shares: 1 }, 'cpu_shares: '],
    [{ cpu_shares: 262_145 }, 'cpu_shares: '],
    [{ cpu_period: 999 }, 'cpu_period: '],
    [{ cpu_period: 1_000_001 }, 'cpu_period: '],
    [{ cpu_quota: 999 }, 'cpu_quota: '],
    [{ cpu_quota: 0 }, 'cpu_quota: '],
    [{ cpu_quota: -2 }, 'cpu_quota: '],
    [{ cpu_quota: 10 ** 12 }, 'cpu_quota: must be at most 1024 times the period'],
    [{ cpuset_cpus: '' }, 'cpuset_cpus: '],
    [{ cpuset_cpus: '0-' }, 'cpuset_cpus: '],
    [{ cpuset_cpus: '3-0' }, 'cpuset_cpus: '],
    [{ cpuset_cpus: '0, 2' }, 'cpuset_cpus: '],
    [{ cpuset_cpus: 'all' }, 'cpuset_cpus: '],
    [{ cpuset_cpus: 0 }, 'cpuset_cpus: '],
    [{ blkio_weight: 9 }, 'blkio_weight: '],
    [{ blkio_weight: 1001 }, 'blkio_weight: '],
    [{ cpu: 1 }, 'unknown field: cpu'],
    [{ cpu_shares: 512, blkio_weight: 5 }, 'blkio_weight: '],
  ])('%j: 400 beginning with %s, and nothing changes', async (body, words) => {
    const reply = await resources(body);
    expect([reply.status, reply.json.error]).toEqual([400, expect.stringMatching(`^${literally(words)}`)]);
    expect(await inForce()).toEqual(first);
  });

  test('Docker away: 503 with the cause', async () => {
    world.servers.failure = new LightdeckError('engine_unreachable', 'No engine answers.');
    const reply = await resources({ cpu_shares: 2 });
    expect([reply.status, reply.json]).toEqual([503, { error: 'No engine answers.' }]);
    expect(await inForce()).toEqual(first);
  });
});

describe('POST /containers/:id/volumes', () => {
  test('replaces the mounts; they wait for the next start', async () => {
    const reply = await volumes({ volumes: { '/maps': world.allowed } });
    expect([reply.status, reply.json]).toEqual([
      202,
      { message: 'Volumes updated (restart container to apply changes)' },
    ]);
    expect(definition()?.mount).toEqual({ '/maps': world.allowed });
    const readOnly = {
      volumes: { '/maps': world.allowed, '/b': world.allowed },
      read_only_mounts: ['/maps/'],
    };
    expect((await volumes(readOnly)).status).toBe(202);
    expect(definition()?.read_only_mounts).toEqual(['/maps']);
    expect((await volumes({ volumes: {} })).status).toBe(202);
    expect(definition()?.read_only_mounts).toEqual([]);
    expect(definition()?.mount).toEqual({});
  });

  test.each([
    { '/': 'allowed' },
    { '/bin': 'allowed' },
    { '/boot': 'allowed' },
    { '/dev/shm': 'allowed' },
    { '/etc/passwd': 'allowed' },
    { '/lib': 'allowed' },
    { '/proc/1': 'allowed' },
    { '/sys': 'allowed' },
    { '/x/../etc': 'allowed' },
    { '/maps': '/etc' },
    { '/maps': 'allowed/..' },
    { '/maps': 'allowed/missing' },
    { '/good': 'allowed', '/maps': '/' },
  ])('A8: %j: 400', async (request) => {
    await volumes({ volumes: { '/kept': world.allowed } });
    const mount = Object.fromEntries(
      Object.entries(request).map(([inside, path]) => [
        inside,
        path.startsWith('allowed') ? join(world.allowed, path.slice(7)) : path,
      ]),
    );
    const reply = await volumes({ volumes: mount });
    expect([reply.status, reply.json]).toEqual([400, { error: 'Cannot mount to system path' }]);
    expect(definition()?.mount).toEqual({ '/kept': world.allowed });
  });

  test.each([
    [{}, 'volumes: is required'],
    [{ volumes: null }, 'volumes: '],
    [{ volumes: ['/a'] }, 'volumes: '],
    [{ volumes: { '/a': 5 } }, 'volumes./a: '],
    [{ volumes: {}, read_only_mounts: 'x' }, 'read_only_mounts: '],
    [{ volumes: {}, read_only_mounts: ['/maps'] }, 'read_only_mounts: /maps is not one of the mounts'],
    [{ volumes: { a: '/b' } }, 'mount: "a" must be an absolute path'],
    [{ volumes: { '/home/container': '/b' } }, "mount: /home/container is the server's own volume"],
  ])('A3: %j: 400 beginning with %s', async (body, words) => {
    const reply = await volumes(body);
    expect([reply.status, reply.json.error]).toEqual([400, expect.stringMatching(`^${literally(words)}`)]);
    expect(definition()?.mount).toEqual({});
  });

  test('not for a token that is bound to servers, its own included', async () => {
    const reply = await world.call('POST', '/containers/one/volumes', {
      token: world.token({ containers: ['one'] }),
      body: { volumes: { '/maps': world.allowed } },
    });
    expect([reply.status, reply.json]).toEqual([403, { error: 'not permitted: containers.write' }]);
    expect(definition()?.mount).toEqual({});
  });
});

describe('GET /containers/:id/logs', () => {
  test('lines, before and after are passed on; without them the last 1,000 lines', async () => {
    const reply = await world.call('GET', '/containers/one/logs?lines=10&before=77');
    expect([reply.status, reply.json]).toEqual([200, { data: 'Ünï\n', from: 10, to: 16 }]);
    await world.call('GET', '/containers/one/logs');
    await world.call('GET', '/containers/one/logs?lines=10000&before=0');
    await world.call('GET', '/containers/one/logs?lines=5&after=9');
    expect(world.servers.calls).toEqual([
      'logs one 10 77 undefined',
      'logs one 1000 undefined undefined',
      'logs one 10000 0 undefined',
      'logs one 5 undefined 9',
    ]);
  });

  test.each([
    ['lines=0', 'lines: '],
    ['lines=10001', 'lines: '],
    ['lines=-1', 'lines: '],
    ['lines=1.5', 'lines: '],
    ['lines=', 'lines: '],
    ['lines=1e3', 'lines: '],
    ['lines=5&lines=6', 'lines: '],
    ['before=-1', 'before: '],
    ['before=x', 'before: '],
    ['before=99999999999999999', 'before: '],
    ['after=-1', 'after: '],
    ['after=1&before=2', 'after: give it or before, not both'],
  ])('A3: ?%s: 400', async (query, words) => {
    const reply = await world.call('GET', `/containers/one/logs?${query}`);
    expect([reply.status, reply.json.error]).toEqual([400, expect.stringMatching(`^${words}`)]);
    expect(world.servers.calls).toEqual([]);
  });
});

describe('GET /containers/:id/logs/search', () => {
  test('the text and where to go back from are passed on', async () => {
    const reply = await world.call(
      'GET',
      '/containers/one/logs/search?text=can%E2%80%99t%20keep%20up&before=50',
    );
    expect([reply.status, reply.json]).toEqual([200, { matches: [40, 12], from: 10, to: 50, oldest: 3 }]);
    await world.call('GET', '/containers/one/logs/search?text=x');
    expect(world.servers.calls).toEqual(['search one can’t keep up 50', 'search one x undefined']);
  });

  test.each([
    ['', 'text: '],
    ['text=', 'text: must not be empty'],
    [`text=${'x'.repeat(1001)}`, 'text: must have 1,000 characters or fewer'],
    ['text=a%0Ab', 'text: must be within one line'],
    ['text=a&before=-1', 'before: '],
  ])('A3: ?%s: 400', async (query, words) => {
    const reply = await world.call('GET', `/containers/one/logs/search?${query}`);
    expect([reply.status, reply.json.error]).toEqual([400, expect.stringMatching(`^${words}`)]);
    expect(world.servers.calls).toEqual([]);
  });
});
