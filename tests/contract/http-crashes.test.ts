import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crashReportSchema, shownCrashSchema } from '../../shared/model/crash.ts';
import type { LastExit } from '../../shared/model/server.ts';
import { serverDefinition } from '../support/server-definition.ts';
import { until } from '../support/until.ts';
import { createWorld, startTime, type World } from './http-world.ts';

let world: World;
let volume: string;
beforeAll(async () => {
  world = await createWorld();
  const made = await world.call('POST', '/volumes', { body: { size: 16 } });
  volume = String(made.json.id);
  for (const id of ['mc', 'other']) {
    const definition = serverDefinition(id, {
      volume_id: volume,
      limits: { memory: 512 * 1024 * 1024, cpu: null },
      environment: { RCON_PASSWORD: 'hunter22', EULA: 'FALSE' },
    });
    world.store.servers.put({
      definition,
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
    world.servers.create(definition);
    const view = world.servers.views.get(id);
    if (view) world.servers.views.set(id, { ...view, state: 'exit' });
  }
});
afterAll(() => world.close());

const path = '/containers/mc/crashes';
let seconds = 0;

/** The server crashes, having printed this. */
async function crash(text: string, more: Partial<LastExit> = {}, id = 'mc'): Promise<string> {
  seconds += 1;
  const before = (await list(id)).length;
  world.servers.printed = text;
  const exit = {
    at: startTime + seconds * 1000,
    code: 1,
    signal: null,
    oom: false,
    wanted: false,
    reason: 'crashed (exit code 1)',
  };
  world.servers.events.emit({
    type: 'ended',
    id,
    name: id,
    console: { from: null, to: 1e6 },
    end: {
      what: 'run',
      exit: { ...exit, ...more },
      by: 'itself',
      startedAt: exit.at - 500,
      wasReady: false,
      memoryKilledAt: null,
      fault: null,
      after: { next: 'restart', attempt: 1, of: 5 },
      isCorrection: false,
    },
  });
  await until(async () => (await list(id)).length > before);
  return (await list(id))[0]?.id ?? '';
}

async function list(id = 'mc') {
  const reply = await world.call('GET', `/containers/${id}/crashes`);
  return shownCrashSchema.array().parse(reply.json.crashes);
}

describe('K1–K3 crash reports by HTTP', () => {
  test('kept with lines and cause, listed, unseen until they are looked at', async () => {
    const first = await crash('Starting\nYou need to agree to the EULA in order to run the server.\n');
    const second = await crash('java.lang.OutOfMemoryError: Java heap space\n');
    expect((await list()).map(({ id, cause, seen }) => [id, cause?.id, seen])).toEqual([
      [second, 'heap_full', false],
      [first, 'eula', false],
    ]);
    const report = crashReportSchema.parse((await world.call('GET', `${path}/${first}`)).json);
    expect(report).toMatchObject({
      cause: { line: 'You need to agree to the EULA in order to run the server.' },
      tail: 'Starting\nYou need to agree to the EULA in order to run the server.',
      memory_limit: 512 * 1024 * 1024,
      started_at: report.at - 500,
    });
    const unseen = await world.call('GET', '/crashes');
    expect(shownCrashSchema.array().parse(unseen.json.crashes)).toHaveLength(2);
    expect((await world.call('POST', `${path}/${second}/seen`)).json).toEqual({
      message: 'Crash report seen',
    });
    expect((await list()).map(({ seen }) => seen)).toEqual([true, true]);
    expect((await world.call('GET', '/crashes')).json.crashes).toEqual([]);
  });

  test('who may not read the console sees none, and a bound token sees its own alone', async () => {
    const id = await crash('bad', {}, 'other');
    const bound = world.token({ scopes: ['console.read'], containers: ['mc'] });
    expect((await world.call('GET', '/crashes', { token: bound })).json.crashes).toEqual([]);
    expect((await world.call('GET', `/containers/other/crashes/${id}`, { token: bound })).status).toBe(403);
    const blind = world.token({ scopes: ['power'] });
    expect((await world.call('GET', path, { token: blind })).status).toBe(403);
  });

  test('one of another server, or of none, is not found', async () => {
    const id = await crash('bad', {}, 'other');
    for (const at of [`${path}/${id}`, `${path}/nope`, `${path}/nope/text`, '/containers/none/crashes'])
      expect((await world.call('GET', at)).status).toBe(404);
    expect((await world.call('POST', `${path}/nope/seen`)).status).toBe(404);
  });
});

describe('K4 what mends it', () => {
  test('accepting the EULA writes the file and the variable, starts the server, and is seen', async () => {
    const id = await crash('You need to agree to the EULA\n');
    const [{ mends } = { mends: [] }] = await list();
    expect(mends).toMatchObject([
      { id: 'accept_eula', place: null, scopes: ['files.write', 'containers.write'], starts: true },
    ]);
    const reply = await world.call('POST', `${path}/${id}/mend`, {
      body: { mend: 'accept_eula', start: true },
    });
    expect([reply.status, reply.json]).toEqual([200, { message: 'eula.txt was written', started: true }]);
    const file = await world.call('GET', `/volumes/${volume}/content?path=eula.txt`);
    expect(file.text).toBe('eula=true\n');
    expect(world.servers.views.get('mc')?.definition.environment.EULA).toBe('TRUE');
    expect(world.servers.calls.at(-1)).toBe('start mc by master');
    expect((await list())[0]?.seen).toBe(true);
  });

  test('more memory: the next size, once; what isn’t offered is not found; a place is not the host’s to do', async () => {
    const id = await crash('x', { oom: true, code: 137, signal: 'SIGKILL' });
    const [{ mends } = { mends: [] }] = await list();
    expect(mends[0]).toMatchObject({ id: 'raise_memory', label: 'Raise memory to 768 MiB' });
    const mend = (name: string) => world.call('POST', `${path}/${id}/mend`, { body: { mend: name } });
    expect((await mend('raise_memory')).json).toEqual({
      message: 'Its memory limit is 768 MiB now',
      started: false,
    });
    expect(world.servers.views.get('mc')?.definition.limits.memory).toBe(768 * 1024 * 1024);
    for (const name of ['accept_eula', 'limits', 'nope']) expect((await mend(name)).status).toBe(404);
  });

  test('needs the rights of the deed, and power to start; without them nothing is changed', async () => {
    const id = await crash('You need to agree to the EULA\n');
    const mend = (token: string, start: boolean) =>
      world.call('POST', `${path}/${id}/mend`, { token, body: { mend: 'accept_eula', start } });
    const calls = world.servers.calls.length;
    expect((await mend(world.token({ scopes: ['console.read'] }), false)).json.error).toBe(
      'not permitted: files.write',
    );
    const writer = world.token({ scopes: ['console.read', 'files.write', 'containers.write'] });
    expect((await mend(writer, true)).json.error).toBe('not permitted: power');
    expect(world.servers.calls.length).toBe(calls);
    expect((await mend(writer, false)).status).toBe(200);
  });
});

describe('K5 the text to pass on', () => {
  test('has what happened and no secret', async () => {
    const token = 'lightd_0123456789abcdef';
    const id = await crash(`rcon opened with hunter22\ntoken=${token}\nmysql://root:geheim@db/x\n`);
    const { json } = await world.call('GET', `${path}/${id}/text`);
    expect(json.file_name).toMatch(/^crash-mc-2030-03-17T[\d-]+\.txt$/);
    expect(json.text).toContain('crashed (exit code 1)');
    for (const secret of ['hunter22', token, 'geheim']) expect(json.text).not.toContain(secret);
  });
});

test('K6 reports go with their server', async () => {
  await crash('x', {}, 'other');
  // As the host does it: off the record first, then all who listen hear of it.
  world.store.servers.remove('other');
  world.servers.events.emit({ type: 'removed', id: 'other' });
  expect(await list('other')).toEqual([]);
});
