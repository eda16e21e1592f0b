import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { playersSettingSchema } from '../../shared/model/players.ts';
import { serverDefinition } from '../support/server-definition.ts';
import { createWorld, startTime, type World } from './http-world.ts';

const setting = {
  query: 'minecraft',
  console: { join: ': (\\w+) joined the game$', leave: ': (\\w+) left the game$' },
  commands: { kick: 'kick {name}', ban: 'ban "{name}"' },
};
const ports = [{ ip: '0.0.0.0', host_port: 30_000, container_port: 25_565, protocol: 'tcp' as const }];

let world: World;
beforeAll(async () => {
  world = await createWorld();
  world.servers.create(serverDefinition('mc', { ports, players: playersSettingSchema.parse(setting) }));
  world.servers.create(serverDefinition('plain'));
  for (const id of ['mc', 'plain']) tell(id);
  for (const state of ['installed', 'starting', 'running'] as const) become(state);
});
afterAll(() => world.close());
beforeEach(() => {
  world.time = startTime;
  world.servers.calls.length = 0;
});

/** As the registry does when something about a server has changed. */
function tell(id: string): void {
  const view = world.servers.get(id);
  if (!view) return;
  const { definition, state, started_at, last_exit } = view;
  const { internal_id, name, image, limits } = definition;
  const summary = { internal_id, name, image, ports: [], limits, state, started_at, stats: null, last_exit };
  world.servers.events.emit({ type: 'changed', summary });
}

function become(state: 'installed' | 'starting' | 'running'): void {
  const view = world.servers.get('mc');
  if (!view) throw new Error('it is gone');
  const started_at = state === 'installed' ? null : startTime;
  world.servers.views.set('mc', { ...view, state, container_id: 'c1', started_at });
  tell('mc');
}

let offset = 0;
function print(text: string): void {
  const piece = Buffer.from(text);
  world.counting.ear('mc').batch({ from: offset, to: offset + piece.length, pieces: [piece] });
  offset += piece.length;
}

const path = '/containers/mc/players';

describe('P2–P5: players by HTTP', () => {
  test('who is on, by the console; names for those who may read it', async () => {
    print('[12:00:00] [Server thread/INFO]: Ann joined the game\n<Bob> Cid joined the game!\n');
    const reply = await world.call('GET', path);
    expect([reply.status, reply.json]).toMatchObject([
      200,
      {
        online: 1,
        players: [{ name: 'Ann', since: startTime }],
        console: { state: 'ok' },
        query: { state: 'waiting' },
      },
    ]);
    const token = world.token({ scopes: ['containers.read'] });
    expect((await world.call('GET', path, { token })).json).toMatchObject({ online: 1, players: null });
    expect((await world.call('GET', `${path}/sessions`, { token })).status).toBe(403);
    expect((await world.call('GET', `${path}/sessions`)).json).toEqual({
      sessions: [{ name: 'Ann', since: startTime, until: null }],
    });
    expect((await world.call('GET', '/containers/plain/players')).json).toMatchObject({
      online: null,
      players: null,
      counted_at: null,
      query: { state: 'none' },
      console: { state: 'none' },
    });
    expect((await world.call('GET', '/containers/none/players')).status).toBe(404);
  });

  test('asked by hand', async () => {
    world.counting.query.ask = async () => ({ online: 2, max: 20, names: null });
    expect((await world.call('POST', `${path}/ask`)).json).toMatchObject({
      online: 2,
      max: 20,
      query: { state: 'ok' },
    });
    expect((await world.call('POST', '/containers/plain/players/ask')).status).toBe(409);
  });

  test('a command for a player is typed, unless its name could mean something else', async () => {
    const kick = (name: string, more: object = {}) =>
      world.call('POST', `${path}/commands/kick`, { body: { name }, ...more });
    expect((await kick('Ann')).json).toEqual({ sent: 'kick Ann' });
    expect(world.servers.calls).toEqual(['send mc kick Ann\n']);
    const ban = await world.call('POST', `${path}/commands/ban`, { body: { name: 'Ann Lee' } });
    expect(ban.json).toEqual({ sent: 'ban "Ann Lee"' });
    for (const name of ['@a', 'Ann Lee', 'a;quit', 'a"b', 'a\nstop', '-a', '$&', 'a\u202eb', ' a'])
      expect([name, (await kick(name)).status]).toEqual([name, 400]);
    expect((await world.call('POST', `${path}/commands/op`, { body: { name: 'Ann' } })).status).toBe(404);
    expect((await world.call('POST', `${path}/commands/fly`, { body: { name: 'Ann' } })).status).toBe(400);
    expect((await kick('Ann', { token: world.token({ scopes: ['console.read'] }) })).status).toBe(403);
    expect(world.servers.calls).toHaveLength(2);
  });

  test('how many played when: bounds of what can be asked', async () => {
    expect((await world.call('GET', `${path}/counts`)).json).toEqual({ points: [] });
    const far = await world.call('GET', `${path}/counts?from=1&to=100000000&step=60`);
    expect([far.status, far.json.error]).toEqual([400, expect.stringMatching(/^step: must be \d+ or more/)]);
    expect((await world.call('GET', `${path}/counts?from=5&to=5`)).status).toBe(400);
  });

  test('only while nobody plays: where that can be known', async () => {
    const body = (id: string) =>
      world.call('POST', `/containers/${id}/schedules`, {
        body: {
          name: 'nightly',
          cron: '0 4 * * *',
          steps: [{ action: 'restart' }],
          conditions: { empty: true },
        },
      });
    expect((await body('mc')).status).toBe(200);
    const refused = await body('plain');
    expect([refused.status, refused.json.error]).toEqual([
      400,
      expect.stringMatching(/^conditions.empty: nobody can tell/),
    ]);
    expect((await world.call('GET', '/containers/mc/schedules')).json).toMatchObject({ knows_players: true });
  });
});

describe('P1: how players are known', () => {
  test.each([
    [{ query: 'nonsense' }, /players\.query/],
    [{ port: 0 }, /players\.port/],
    [{ console: { join: 'joined the game', leave: '(.*) left' } }, /must have a group/],
    [{ console: { join: '(.*)', leave: '(.*) left' } }, /three letters/],
    [{ console: { join: '(\\w+) joined|(\\w+) came', leave: '(.*) left' } }, /three letters/],
    [{ commands: { kick: 'kick' } }, /must contain \{name\}/],
    [{ commands: { kick: 'kick {name}\nstop' } }, /one line/],
  ])('%j is refused', async (players, words) => {
    const reply = await world.call('PATCH', '/containers/plain', { body: { players } });
    expect([reply.status, reply.json.error]).toEqual([400, expect.stringMatching(words)]);
  });

  test('is kept with its defaults, in force at once, and taken away', async () => {
    const reply = await world.call('PATCH', '/containers/plain', {
      body: { players: { query: 'source', port: 27_015 } },
    });
    expect(reply.json).toMatchObject({
      players: { query: 'source', port: 27_015, console: null, commands: {} },
      restart_required: [],
    });
    tell('plain');
    expect((await world.call('GET', '/containers/plain/players')).json).toMatchObject({
      query: { state: 'waiting' },
    });
    await world.call('PATCH', '/containers/plain', { body: { players: null } });
    tell('plain');
    expect((await world.call('GET', '/containers/plain/players')).json).toMatchObject({
      query: { state: 'none' },
    });
  });
});
