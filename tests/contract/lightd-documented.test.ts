import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { storedServer } from '../../main/usage/usage.test-helper.ts';
import { differences, documentedReplies, documentedRoute } from '../support/lightd-documented.ts';
import { type Call, createWorld, startTime, type World } from './http-world.ts';

let world: World;
let volume = '';
const id = 'hello';
const address = '/network/ports/127.0.0.1/25565';

beforeAll(async () => {
  world = await createWorld();
  volume = z.object({ id: z.string() }).parse((await world.call('POST', '/volumes')).json).id;
  const stored = storedServer(id);
  world.store.servers.put(stored);
  recordUse();
});
afterAll(() => world.close());

/** One minute of a server that used something. */
function recordUse(): void {
  const zero = { cpu_us: 0, network_rx: 0, network_tx: 0, block_read: 0, block_write: 0 };
  const sums = {
    ...zero,
    measured_ms: 60_000,
    running_ms: 60_000,
    cpu_max: 1,
    memory: 60_000,
    memory_max: 1,
    storage_ms: 60_000,
    storage: 60_000,
    storage_max: 1,
  };
  const base = { ...zero, at: startTime - 60_000, run: null, memory: null };
  world.store.usage.record(startTime - 60_000, [{ server: id, base, sums }]);
}

const definition = (more: object = {}) => ({
  internal_id: id,
  image: 'debian:12',
  volume_id: volume,
  startup_command: 'sleep 1',
  start_pattern: 'Done',
  ports: [{ container_port: 25565, host_port: 25565, protocol: 'tcp' }],
  limits: { memory: 536870912, cpu: 1.5 },
  mount: {},
  ...more,
});

/** What the registry does meanwhile. */
function installed(): void {
  const view = world.servers.views.get(id);
  if (view) world.servers.views.set(id, { ...view, install_state: 'installed', state: 'installed' });
}

interface Step {
  ask: [method: string, path: () => string, body?: () => unknown];
  before?: () => void;
}
const on = (path: string) => () => `/volumes/${volume}${path}`;
const at = (path: string) => () => path;
const of = (path: string) => () => `/containers/${id}${path}`;

/** A whole life, in the documentation's order: every documented route is asked. */
const steps: Step[] = [
  { ask: ['GET', at('/api/v1/public/ping')] },
  { ask: ['POST', at('/auth/tokens'), () => ({ ttl: '1h', remove_on_use: false })] },
  { ask: ['POST', at('/volumes'), () => ({ size: 1024 })] },
  { ask: ['GET', at('/volumes')] },
  { ask: ['POST', on('/files'), () => ({ path: 'a.txt', content: 'text' })] },
  { ask: ['POST', on('/folders'), () => ({ path: 'world' })] },
  { ask: ['POST', on('/copy'), () => ({ source: 'a.txt', destination: 'b.txt' })] },
  { ask: ['GET', on('/files?path=')] },
  { ask: ['POST', on('/compress'), () => ({ format: 'tar.gz', output_name: 'backup' })] },
  { ask: ['POST', on('/decompress'), () => ({ archive_path: 'backup.tar.gz', destination: 'back' })] },
  { ask: ['GET', on('/quota')] },
  { ask: ['POST', on('/resize'), () => ({ size: 2048 })] },
  { ask: ['POST', at('/network/ports'), () => ({ ip: '127.0.0.1', port: 25565 })] },
  { ask: ['GET', at('/network/ports')] },
  { ask: ['GET', at('/network/ports/random?protocol=tcp')] },
  { ask: ['GET', at(address)] },
  { ask: ['POST', at('/containers'), () => definition()] },
  { ask: ['GET', at('/containers')], before: installed },
  { ask: ['GET', of('')] },
  { ask: ['POST', of('/start')] },
  { ask: ['POST', of('/kill')] },
  { ask: ['POST', of('/restart')] },
  { ask: ['POST', of('/reinstall')] },
  { ask: ['POST', of('/rebind-network'), () => ({ ports: [] })] },
  { ask: ['GET', of('/resources')] },
  { ask: ['POST', of('/resources'), () => ({ memory: 1073741824, cpu_shares: 512 })] },
  { ask: ['POST', of('/volumes'), () => ({ volumes: {} })] },
  { ask: ['GET', at(`/billing/usage/${id}/hourly`)] },
  { ask: ['GET', at(`/billing/usage/${id}/daily`)] },
  { ask: ['GET', at(`/billing/usage/${id}/monthly`)] },
  {
    ask: [
      'POST',
      at('/billing/estimate/container'),
      () => ({ memory_gb: 2, cpu_vcpu: 1, storage_gb: 10, egress_gb_per_month: 50 }),
    ],
  },
  { ask: ['POST', at('/billing/estimate/volume'), () => ({ storage_gb: 10 })] },
  { ask: ['POST', of('/sftp/credentials')] },
  { ask: ['GET', of('/sftp/info')] },
  { ask: ['GET', at('/remote/config')] },
  { ask: ['POST', at('/remote/config/reload')] },
  { ask: ['DELETE', of('')] },
  { ask: ['PUT', at(`${address}/use`), () => ({ in_use: false })] },
  { ask: ['DELETE', at(address)] },
  {
    ask: ['POST', at('/network/ports/bulk-delete'), () => ({ ports: [{ ip: '127.0.0.1', port: 1 }] })],
  },
];

test('A3a, G6 every documented reply has the documented fields and literals', async () => {
  const problems: string[] = [];
  const asked = new Set<string>();
  for (const { ask, before } of steps) {
    before?.();
    const [method, path, body] = ask;
    const route = documentedRoute(method, path()) ?? '';
    asked.add(route);
    const reply = await world.call(method, path(), { body: body?.() });
    const expected = documentedReplies[route]?.status;
    if (reply.status !== expected)
      problems.push(`${route}: ${reply.status} instead of ${expected}: ${reply.text}`);
    else problems.push(...differences(route, reply.json));
  }
  expect(problems).toEqual([]);
  expect([...asked].sort()).toEqual(Object.keys(documentedReplies).sort());
});

/** A request that is refused, and how its documented message begins. */
const refusals: [
  title: string,
  ask: [method: string, path: () => string, call?: () => Call],
  status: number,
  text: string,
][] = [
  [
    'no token',
    ['GET', at('/containers'), () => ({ token: null })],
    401,
    'Missing or invalid authorization token',
  ],
  [
    'a wrong token',
    ['GET', at('/containers'), () => ({ token: 'lightd_wrong' })],
    401,
    'Missing or invalid authorization token',
  ],
  [
    'another type',
    ['GET', at('/containers'), () => ({ accept: 'application/json' })],
    403,
    'Invalid vendor header',
  ],
  [
    'a memory limit',
    ['POST', at('/containers'), () => ({ body: definition({ limits: { memory: 4_000_000 } }) })],
    400,
    'Memory limit must be at least 4MB',
  ],
  [
    'memory later',
    ['POST', of('/resources'), () => ({ body: { memory: 1024 } })],
    400,
    'Memory limit must be at least 4MB',
  ],
  [
    'memory of 0',
    ['POST', of('/resources'), () => ({ body: { memory: 0 } })],
    400,
    'Memory limit must be at least 4MB',
  ],
  [
    'a way out',
    ['POST', on('/files'), () => ({ body: { path: '../x', content: '' } })],
    400,
    'Invalid path: path traversal detected',
  ],
  ['a way out', ['GET', on('/files?path=/etc')], 400, 'Invalid path: path traversal detected'],
  ['no such port', ['GET', at('/network/ports/127.0.0.1/9')], 404, 'Port not found in pool'],
  ['no such port', ['DELETE', at('/network/ports/127.0.0.1/9')], 404, 'Port not found in pool'],
  ['no port left', ['GET', at('/network/ports/random?protocol=udp')], 404, 'No available ports in pool'],
  [
    'a port twice',
    ['POST', at('/network/ports'), () => ({ body: { ip: '127.0.0.1', port: 4000 } })],
    400,
    'Port already exists in pool',
  ],
  [
    'a port of none',
    ['POST', at('/containers'), () => ({ body: definition({ internal_id: 'new' }) })],
    400,
    'Invalid port binding: port not in network pool',
  ],
  [
    'a mount',
    [
      'POST',
      at('/containers'),
      () => ({ body: definition({ internal_id: 'new', ports: [], mount: { '/etc/x': '/srv' } }) }),
    ],
    400,
    'Cannot mount to system path',
  ],
  [
    'a later mount',
    ['POST', of('/volumes'), () => ({ body: { volumes: { '/data': '/root' } } })],
    400,
    'Cannot mount to system path',
  ],
];

describe('A3a, G6 documented messages', () => {
  beforeAll(async () => {
    await world.call('POST', '/network/ports', { body: { ip: '127.0.0.1', port: 4000 } });
    await world.call('POST', '/containers', { body: definition({ ports: [] }) });
  });

  test.each(refusals)('%s: %j: %i %s', async (_title, [method, path, call], status, text) => {
    const reply = await world.call(method, path(), call?.());
    expect([reply.status, String(reply.json.error).slice(0, text.length)]).toEqual([status, text]);
  });

  test('an expired token', async () => {
    const token = world.token({ ttlMs: 1000 });
    world.time += 2000;
    const reply = await world.call('GET', '/containers', { token });
    expect([reply.status, reply.json.error]).toEqual([401, 'Token expired']);
  });

  test('memory that is no number is named as a field, and so is a reservation', async () => {
    const ask = async (body: object) =>
      String((await world.call('POST', `/containers/${id}/resources`, { body })).json.error);
    expect(await ask({ memory: 'much' })).toMatch(/^memory: /);
    expect(await ask({ memory_reservation: 1 })).toMatch(/^memory_reservation: /);
  });
});
