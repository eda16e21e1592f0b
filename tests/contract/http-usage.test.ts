import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { UsageSums } from '../../main/store/contract.ts';
import { storedServer } from '../../main/usage/usage.test-helper.ts';
import { createWorld, startTime, type World } from './http-world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  for (const id of ['used', 'fresh', 'other']) {
    const stored = storedServer(id);
    world.store.servers.put(stored);
    world.servers.create(stored.definition);
  }
  record('used', startTime - 120_000);
});
afterAll(() => world.close());
beforeEach(() => {
  world.time = startTime;
});

const gigabyte = 2 ** 30;
const minute = 60_000;

const sums: UsageSums = {
  measured_ms: minute,
  running_ms: minute,
  cpu_us: 30e6,
  cpu_max: 0.5,
  memory: 2 * gigabyte * minute,
  memory_max: 2 * gigabyte,
  storage_ms: minute,
  storage: gigabyte * minute,
  storage_max: gigabyte,
  network_rx: 5,
  network_tx: gigabyte / 4,
  block_read: 6,
  block_write: 7,
};

/** A minute that ended at `at`. */
function record(server: string, at: number): void {
  const base = {
    at,
    run: null,
    memory: null,
    cpu_us: 0,
    network_rx: 0,
    network_tx: 0,
    block_read: 0,
    block_write: 0,
  };
  world.store.usage.record(at, [{ server, base, sums }]);
}

/** Nothing may have changed by asking. */
const snapshot = () =>
  JSON.stringify([world.store.servers.all(), world.store.usage.meters(), world.store.usage.pending(1)]);

const routes = [
  { method: 'GET', path: '/billing/usage/used/hourly', others: ['POST', 'PUT', 'PATCH', 'DELETE'] },
  { method: 'GET', path: '/billing/usage/used/daily', others: ['POST', 'PUT', 'PATCH', 'DELETE'] },
  { method: 'GET', path: '/billing/usage/used/monthly', others: ['POST', 'PUT', 'PATCH', 'DELETE'] },
  { method: 'GET', path: '/containers/used/stats', others: ['POST', 'PUT', 'PATCH', 'DELETE'] },
  { method: 'POST', path: '/billing/estimate/container', others: ['GET', 'PUT', 'PATCH', 'DELETE'] },
  { method: 'POST', path: '/billing/estimate/volume', others: ['GET', 'PUT', 'PATCH', 'DELETE'] },
];

describe.each(routes)('$method $path', ({ method, path, others }) => {
  test('A1, A2: who may not call', async () => {
    const expired = world.token();
    const unauthorized = { error: 'Missing or invalid authorization token' };
    const refused = async (call: Parameters<World['call']>[2]) => {
      const reply = await world.call(method, path, call);
      return [reply.status, reply.json];
    };
    expect(await refused({ token: null })).toEqual([401, unauthorized]);
    expect(await refused({ token: 'lightd_bad' })).toEqual([401, unauthorized]);
    expect(await refused({ accept: 'application/json' })).toEqual([
      403,
      { error: expect.stringContaining('Invalid vendor header') },
    ]);
    expect(await refused({ token: world.token({ scopes: ['system', 'power'] }) })).toEqual([
      403,
      { error: 'not permitted: containers.read' },
    ]);
    world.time += 60_000;
    expect(await refused({ token: expired })).toEqual([401, { error: 'Token expired' }]);
  });

  test('A3: an unknown field in the query: 400 naming it; another method: 405', async () => {
    const query = await world.call(method, `${path}?surprise=1`);
    expect([query.status, query.json]).toEqual([400, { error: 'unknown field: surprise' }]);
    for (const other of others) expect((await world.call(other, path, { body: {} })).status).toBe(405);
  });
});

const usageRoutes = ['hourly', 'daily', 'monthly'] as const;

describe.each(usageRoutes)('GET /billing/usage/:id/%s', (period) => {
  test('what was used and what it costs', async () => {
    const reply = await world.call('GET', `/billing/usage/used/${period}`);
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({
      container_id: 'used',
      period,
      memory_usage_gb: 2,
      cpu_usage_vcpu: 0.5,
      storage_usage_gb: 1,
      network_egress_gb: 0.25,
      memory_cost: 0.000333333,
      cpu_cost: 0.000416667,
      storage_cost: 0.000083333,
      egress_cost: 0.03,
      total_cost: 0.030833333,
      measured_seconds: 60,
      timestamp: startTime / 1000,
    });
  });

  test.each([
    ['a server without a sample', 'fresh', /^No usage of the container fresh has been measured yet/],
    ['an unknown server', 'nobody', /^Container not found$/],
    ['an id in another spelling', 'USED', /^Container not found$/],
    ['an id that nobody can have', '%2e%2e%2fused', /^Container not found$/],
  ])('%s: 404', async (_what, id, message) => {
    const reply = await world.call('GET', `/billing/usage/${id}/${period}`);
    expect([reply.status, reply.json]).toEqual([404, { error: expect.stringMatching(message) }]);
  });

  test('a token that is bound to another server: 403', async () => {
    const token = world.token({ containers: ['other'] });
    const reply = await world.call('GET', `/billing/usage/used/${period}`, { token });
    expect([reply.status, reply.json]).toEqual([403, { error: 'not permitted: containers.read' }]);
    const own = await world.call('GET', `/billing/usage/used/${period}`, {
      token: world.token({ containers: ['used'], scopes: ['containers.read'] }),
    });
    expect(own.status).toBe(200);
  });
});

test('prices are those of the moment', async () => {
  world.prices.egress_per_gb = 1;
  expect((await world.call('GET', '/billing/usage/used/hourly')).json.egress_cost).toBe(0.25);
  world.prices.egress_per_gb = 0.12;
  expect((await world.call('GET', '/billing/usage/used/hourly')).json.egress_cost).toBe(0.03);
});

test('an hour later the hour is empty, the day is not', async () => {
  world.time += 3_600_000;
  const hour = await world.call('GET', '/billing/usage/used/hourly');
  expect(hour.json).toMatchObject({ measured_seconds: 0, memory_usage_gb: 0, total_cost: 0 });
  const day = await world.call('GET', '/billing/usage/used/daily');
  expect(day.json).toMatchObject({ measured_seconds: 60, memory_usage_gb: 2 });
});

const container = { memory_gb: 2, cpu_vcpu: 1, storage_gb: 10, egress_gb_per_month: 100 };
const volume = { storage_gb: 10 };

const estimates = [
  {
    path: '/billing/estimate/container',
    body: container,
    answer: {
      hourly_cost: 0.12,
      daily_cost: 2.88,
      monthly_cost: 98.4,
      breakdown: {
        memory_cost_per_hour: 0.02,
        cpu_cost_per_hour: 0.05,
        storage_cost_per_hour: 0.05,
        egress_cost_per_month: 12,
      },
    },
  },
  {
    path: '/billing/estimate/volume',
    body: volume,
    answer: { hourly_cost: 0.05, daily_cost: 1.2, monthly_cost: 36, storage_gb: 10 },
  },
];

describe.each(estimates)('POST $path', ({ path, body, answer }) => {
  test('the costs', async () => {
    const reply = await world.call('POST', path, { body });
    expect([reply.status, reply.json]).toEqual([200, answer]);
  });

  test('nothing costs nothing', async () => {
    const free = Object.fromEntries(Object.keys(body).map((key) => [key, 0]));
    expect((await world.call('POST', path, { body: free })).json).toMatchObject({
      hourly_cost: 0,
      daily_cost: 0,
      monthly_cost: 0,
    });
  });

  test('each field that is missing or wrong: 400 naming it', async () => {
    for (const field of Object.keys(body)) {
      const rest = Object.fromEntries(Object.entries(body).filter(([name]) => name !== field));
      expect((await world.call('POST', path, { body: rest })).json).toEqual({
        error: `${field}: is required`,
      });
      for (const wrong of ['1', null, true, [], {}, -1, -0.001, 1e10]) {
        const reply = await world.call('POST', path, { body: { ...body, [field]: wrong } });
        expect([reply.status, reply.json]).toEqual([
          400,
          { error: expect.stringMatching(new RegExp(`^${field}: `)) },
        ]);
      }
      const huge = JSON.stringify({ ...body, [field]: 0 }).replace(`"${field}":0`, `"${field}":1e999`);
      expect((await world.call('POST', path, { body: huge })).status).toBe(400);
    }
  });

  test.each([
    [undefined, 'the body is missing: send a JSON object'],
    ['[]', 'body: Invalid input: expected object, received array'],
    ['null', 'body: Invalid input: expected object, received null'],
  ])('the body %s: 400', async (sent, message) => {
    const reply = await world.call('POST', path, { body: sent });
    expect([reply.status, reply.json]).toEqual([400, { error: message }]);
  });

  test('an unknown field: 400 naming it', async () => {
    const reply = await world.call('POST', path, { body: { ...body, gpu: 1 } });
    expect([reply.status, reply.json]).toEqual([400, { error: 'unknown field: gpu' }]);
  });
});

describe('GET /containers/:id/stats', () => {
  const stats = (query: string, id = 'used') => world.call('GET', `/containers/${id}/stats${query}`);
  const now = startTime / 1000;

  test('points of the last hour', async () => {
    const reply = await stats('');
    expect(reply.status).toBe(200);
    // The sample ended at 17:44:40, so two minutes share it.
    expect(reply.json).toEqual({
      container_id: 'used',
      from: now - 3600,
      to: now,
      step: 60,
      points: [
        expect.objectContaining({ at: now - 220, measured_seconds: 20 }),
        expect.objectContaining({ at: now - 160, measured_seconds: 40 }),
      ],
    });
  });

  test('one point with all its figures', async () => {
    const { json } = await stats(`?from=${now - 3400}&to=${now}&step=600`);
    expect(json.points).toEqual([
      {
        at: Math.floor((now - 120) / 600) * 600,
        measured_seconds: 60,
        running_seconds: 60,
        cpu_usage: 50,
        cpu_usage_max: 50,
        memory_usage: 2 * gigabyte,
        memory_usage_max: 2 * gigabyte,
        storage_usage: gigabyte,
        storage_usage_max: gigabyte,
        network_rx: 5,
        network_tx: gigabyte / 4,
        block_read: 6,
        block_write: 7,
      },
    ]);
  });

  test('a server without a sample has no points; an unknown one is 404', async () => {
    expect((await stats('', 'fresh')).json.points).toEqual([]);
    const reply = await stats('', 'nobody');
    expect([reply.status, reply.json]).toEqual([404, { error: 'Container not found' }]);
  });

  const seconds = 'must be Unix seconds, a whole number';
  test.each([
    ['from=-1', `from: ${seconds}`],
    ['from=', `from: ${seconds}`],
    ['from=1e9', `from: ${seconds}`],
    ['from=1.5', `from: ${seconds}`],
    ['from=yesterday', `from: ${seconds}`],
    ['from=%00', `from: ${seconds}`],
    ['from=99999999999999999999', `from: ${seconds}`],
    ['from=8589934593', `from: ${seconds}, at most 8589934592`],
    ['to=x', `to: ${seconds}`],
    [`to=${startTime}`, `to: ${seconds}`],
    ['from=1&from=2', 'from: Invalid input: expected string, received array'],
    ['step=0', 'step: must be a whole number of seconds from 1'],
    ['step=-5', 'step: must be a whole number of seconds from 1'],
    ['step=1m', 'step: must be a whole number of seconds from 1'],
    ['step=2678401', 'step: must be a whole number of seconds from 1, at most 2678400'],
    [`from=${now}&to=${now}`, 'from: must be before to'],
    [`from=${now + 60}`, 'from: must be before to'],
    ['from=5&to=5', 'from: must be before to'],
    ['from=6&to=5', 'from: must be before to'],
    [`from=${now - 86_400}&step=10`, 'step: too small, 2000 points are the most; use 44 or more'],
    ['from=0&step=3600', 'step: too small, 2000 points are the most; use 950000 or more'],
    ['tier=raw', 'unknown field: tier'],
  ])('?%s: 400 %s', async (query, message) => {
    const before = snapshot();
    const reply = await stats(`?${query}`);
    expect([reply.status, reply.json]).toEqual([400, { error: message }]);
    expect(snapshot()).toBe(before);
  });

  test('the finest and the coarsest that is possible', async () => {
    const fine = await stats(`?from=${now - 2000}&step=1`);
    expect([fine.status, fine.json.step]).toEqual([200, 1]);
    const coarse = await stats('?from=0&step=2678400');
    expect([coarse.status, coarse.json.points]).toEqual([
      200,
      [expect.objectContaining({ measured_seconds: 60 })],
    ]);
  });
});
