import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Scope } from '../../shared/scopes.ts';
import { serverDefinition } from '../support/server-definition.ts';
import { createWorld, startTime, type World } from './http-world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  for (const id of ['mc', 'other']) {
    world.store.servers.put({
      definition: serverDefinition(id),
      install_state: 'installed',
      install_error: null,
      wanted: 'stopped',
      ever_started: false,
      container_id: null,
      run: null,
      last_exit: null,
      boot: null,
      made_with: null,
      made_from: null,
    });
    world.servers.create(serverDefinition(id));
  }
});
afterAll(() => world.close());
beforeEach(() => {
  world.time = startTime;
});

const path = '/containers/mc/schedules';
const command = { action: 'command', command: 'say hello' };
const body = { name: 'nightly', cron: '0 4 * * *', time_zone: 'Europe/Berlin', steps: [command] };

const text = z.string();
const made = async (more: object = {}): Promise<string> => {
  const reply = await world.call('POST', path, { body: { ...body, ...more } });
  expect([reply.status, reply.json.error]).toEqual([200, undefined]);
  return text.parse(reply.json.id);
};
const refused = async (method: string, at: string, sent: unknown, token?: string) => {
  const reply = await world.call(method, at, { body: sent, ...(token ? { token } : {}) });
  return [reply.status, reply.json.error];
};

describe('W1: schedules by HTTP', () => {
  test('made with defaults, listed, changed, switched off, deleted', async () => {
    const reply = await world.call('POST', path, { body });
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({
      name: 'nightly',
      when: 'every day at 04:00',
      time_zone: 'Europe/Berlin',
      enabled: true,
      steps: [{ ...command, delay: 0, continue_on_failure: false }],
      conditions: { running: false, empty: false },
      missed: 'skip',
      missed_limit: 60,
      // 2030-03-18, still winter there.
      next_run: Date.parse('2030-03-18T03:00:00Z'),
      last_run: null,
      created_at: startTime,
    });
    const one = `${path}/${text.parse(reply.json.id)}`;
    const list = await world.call('GET', path);
    expect(list.json).toMatchObject({
      schedules: [{ name: 'nightly' }],
      actions: ['command', 'start', 'kill', 'stop', 'restart', 'backup', 'check', 'rehearsal', 'update'],
      knows_players: false,
    });
    const changed = await world.call('PATCH', one, { body: { cron: '*/10 * * * *', time_zone: 'UTC' } });
    expect(changed.json).toMatchObject({
      name: 'nightly',
      when: 'every 10 minutes',
      next_run: startTime + 200_000,
    });
    const off = await world.call('PATCH', one, { body: { enabled: false } });
    expect(off.json).toMatchObject({ enabled: false, next_run: null });
    expect((await world.call('DELETE', one)).json).toEqual({ message: 'Schedule deleted successfully' });
    expect((await world.call('DELETE', one)).status).toBe(404);
    expect((await world.call('GET', path)).json.schedules).toEqual([]);
  });

  test('run now: 202 with the run and its operation; the history has it; a second one at the same time: 409', async () => {
    const one = `${path}/${await made({ steps: [{ ...command, delay: 60 }] })}`;
    const reply = await world.call('POST', `${one}/run`);
    expect(reply.status).toBe(202);
    expect(reply.json).toMatchObject({
      message: 'Schedule run initiated',
      run: { trigger: 'hand', state: 'waiting', planned_at: startTime, step: 0, steps: 1 },
      operation: { kind: 'schedule_run', container: 'mc', state: 'running' },
    });
    expect(await refused('POST', `${one}/run`, undefined)).toEqual([
      409,
      'The schedule nightly is running already',
    ]);
    const runs = await world.call('GET', `${one}/runs`);
    expect(runs.json.runs).toMatchObject([{ trigger: 'hand', state: 'running', step: 1 }]);
    expect((await world.call('DELETE', one)).status).toBe(200);
    expect((await world.call('GET', `${one}/runs`)).status).toBe(404);
  });

  test('an unknown server, and a schedule of another one: 404', async () => {
    const id = await made();
    expect(await refused('GET', '/containers/nobody/schedules', undefined)).toEqual([
      404,
      'Container not found',
    ]);
    for (const [method, rest] of [
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/run'],
      ['GET', '/runs'],
    ] as const) {
      const at = `/containers/other/schedules/${id}${rest}`;
      const sent = method === 'PATCH' ? {} : undefined;
      expect(await refused(method, at, sent)).toEqual([404, 'There is no such schedule of this server']);
    }
  });

  test.each([
    [{ cron: '0 4 * *' }, /^cron: must have five fields/],
    [{ cron: '99 4 * * *' }, /^cron: invalid value for minute: 99/],
    [{ cron: '0 0 30 2 *' }, /^cron: there is no such day/],
    [{ time_zone: 'Mars/Base' }, /^time_zone: /],
    [{ name: '' }, /^name: must not be empty/],
    [{ name: 'a\nb' }, /^name: must be one line/],
    [{ steps: [] }, /^steps: must have at least one/],
    [{ steps: Array.from({ length: 21 }, () => command) }, /^steps: must have 20 or fewer/],
    [{ steps: [{ action: 'command', command: 'a\nstop' }] }, /^steps.0.command: must be one line/],
    [{ steps: [{ action: 'format' }] }, /^steps.0.action: /],
    [{ steps: [{ ...command, delay: 86_401 }] }, /^steps.0.delay: /],
    [{ steps: [{ action: 'start', command: 'x' }] }, /^unknown field: steps.0.command/],
    [
      { steps: [{ action: 'restart', warnings: { minutes: [5, 5], command: 'x' } }] },
      /^steps.0.warnings.minutes: must not name the same minute twice/,
    ],
    [
      { conditions: { empty: true } },
      /^conditions.empty: nobody can tell whether somebody plays on this server/,
    ],
    [{ missed_limit: 0 }, /^missed_limit: /],
    [{ surprise: 1 }, /^unknown field: surprise/],
  ])('what is wrong is named: %j', async (more, words) => {
    expect(await refused('POST', path, { ...body, ...more })).toEqual([400, expect.stringMatching(words)]);
    const id = await made();
    if (!('surprise' in more))
      expect(await refused('PATCH', `${path}/${id}`, more)).toEqual([400, expect.stringMatching(words)]);
    expect((await world.call('GET', path)).json.schedules).toContainEqual(
      expect.objectContaining({ id, ...body, steps: expect.anything() }),
    );
    await world.call('DELETE', `${path}/${id}`);
  });
});

describe('W1: rights', () => {
  const only = (...scopes: Scope[]) => world.token({ scopes, containers: ['mc'] });
  const restart = { action: 'restart', warnings: { minutes: [5], command: 'say {time}' } };

  test('a step needs the right to do it oneself, to be saved and to be run', async () => {
    const create = (steps: object[], token: string) => refused('POST', path, { ...body, steps }, token);
    expect(await create([command], only('schedules'))).toEqual([403, 'not permitted: console.send']);
    expect(await create([{ action: 'kill' }], only('schedules', 'console.send'))).toEqual([
      403,
      'not permitted: power',
    ]);
    expect(await create([restart], only('schedules', 'power'))).toEqual([403, 'not permitted: console.send']);
    expect((await create([restart], only('schedules', 'power', 'console.send')))[0]).toBe(200);
    const one = `${path}/${await made()}`;
    const token = only('schedules', 'power');
    expect(await refused('POST', `${one}/run`, undefined, token)).toEqual([
      403,
      'not permitted: console.send',
    ]);
    for (const change of [{ cron: '* * * * *' }, { enabled: true }, { steps: [{ action: 'start' }] }])
      expect(await refused('PATCH', one, change, token)).toEqual([403, 'not permitted: console.send']);
    // What takes something away, or changes nothing of what is done.
    expect((await refused('PATCH', one, { enabled: false, name: 'never' }, token))[0]).toBe(200);
    expect((await refused('DELETE', one, undefined, token))[0]).toBe(200);
  });

  test('W8 an update needs what it needs by hand', async () => {
    const needed: Scope[] = ['containers.write', 'power', 'backups'];
    const steps = [{ action: 'update' }];
    for (const lacking of needed) {
      const token = only('schedules', ...needed.filter((scope) => scope !== lacking));
      expect(await refused('POST', path, { ...body, steps }, token)).toEqual([
        403,
        `not permitted: ${lacking}`,
      ]);
    }
    expect((await refused('POST', path, { ...body, steps }, only('schedules', ...needed)))[0]).toBe(200);
  });

  test('a bound token has the schedules of its servers', async () => {
    const token = world.token({ containers: ['other'] });
    const one = `${path}/${await made()}`;
    for (const [method, at] of [
      ['GET', path],
      ['POST', path],
      ['PATCH', one],
      ['DELETE', one],
      ['POST', `${one}/run`],
      ['GET', `${one}/runs`],
    ] as const)
      expect(await refused(method, at, method === 'POST' ? body : {}, token)).toEqual([
        403,
        'not permitted: schedules',
      ]);
    expect((await world.call('GET', '/containers/other/schedules', { token })).status).toBe(200);
  });

  test('edits are on record, without what steps type', async () => {
    const id = await made({ name: 'secret', steps: [{ action: 'command', command: 'login hunter2' }] });
    await world.call('DELETE', `${path}/${id}`);
    const { text: record } = await world.call('GET', '/audit?container=mc');
    expect(record).toContain('POST /containers/:id/schedules');
    expect(record).toContain(`cron=\\"0 4 * * *\\"`);
    expect(record).not.toContain('hunter2');
  });
});

describe('W2: GET /schedules/preview', () => {
  const preview = (cron: string, zone = 'Europe/Berlin') =>
    world.call(
      'GET',
      `/schedules/preview?cron=${encodeURIComponent(cron)}&time_zone=${encodeURIComponent(zone)}`,
    );

  test('the next five times, over a change of the clocks, and the expression in words', async () => {
    world.time = Date.parse('2030-03-29T12:00:00Z');
    expect((await preview('30 2 * * *')).json).toEqual({
      when: 'every day at 02:30',
      time_zone: 'Europe/Berlin',
      runs: [
        { at: Date.parse('2030-03-30T01:30:00Z'), local: 'Sat, 30 Mar 2030, 02:30' },
        { at: Date.parse('2030-03-31T01:00:00Z'), local: 'Sun, 31 Mar 2030, 03:00' },
        { at: Date.parse('2030-04-01T00:30:00Z'), local: 'Mon, 1 Apr 2030, 02:30' },
        { at: Date.parse('2030-04-02T00:30:00Z'), local: 'Tue, 2 Apr 2030, 02:30' },
        { at: Date.parse('2030-04-03T00:30:00Z'), local: 'Wed, 3 Apr 2030, 02:30' },
      ],
    });
    expect((await preview('0 0 30 2 *')).json).toMatchObject({ runs: [] });
  });

  test('what is no expression, or no zone: 400 in words', async () => {
    expect((await preview('x')).json.error).toMatch(/^cron: must have five fields/);
    expect((await preview('0 4 * * *', 'Mars/Base')).json.error).toMatch(/^time_zone: /);
    expect((await preview('0 4 * * *', '')).json.error).toMatch(/^time_zone: /);
  });
});
