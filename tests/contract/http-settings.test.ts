import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { readSettings } from '../../shared/http/settings.ts';
import { createWorld, master, type World } from './http-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const secret = 'lightd_panel-secret-wxyz';
const patch = (body: unknown, token = master) => world.call('PATCH', '/host/settings', { body, token });
const stored = () =>
  z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(world.configFile, 'utf8')));
const audited = async () => (await world.call('GET', '/audit')).text;

test('GET /host/settings: what is in force, how SFTP and the panel are, and who asks', async () => {
  const reply = await world.call('GET', '/host/settings');
  expect(reply.status).toBe(200);
  expect(readSettings.reply.parse(reply.json)).toMatchObject({
    docker: { socket_path: '' },
    storage: { allowed_mounts: [], trash_days: 7 },
    backups: { read_rate_mb: 0 },
    monitoring: { enabled: true, interval_ms: 60_000 },
    remote: { enabled: false, url: '', token: '' },
    sftp: { enabled: true, host: '127.0.0.1', port: 2022 },
    sftp_status: { state: 'disabled', port: null, problem: null },
    remote_status: { state: 'off', last_success: null, last_failure: null },
    restart_required: [],
    owner: true,
  });
  expect(reply.text).not.toContain('authorization');
  expect((await world.call('GET', '/host/settings', { token: world.token() })).json.owner).toBe(false);
});

test('not for tokens that are bound to servers', async () => {
  const token = world.token({ containers: ['a'] });
  for (const method of ['GET', 'PATCH'] as const) {
    const body = method === 'GET' ? undefined : { monitoring: { enabled: false } };
    const reply = await world.call(method, '/host/settings', { token, body });
    expect([reply.status, reply.json]).toEqual([403, { error: 'not permitted: system' }]);
  }
  expect(world.configuration.current().monitoring.enabled).toBe(true);
});

describe('PATCH /host/settings', () => {
  test('how much backups read, and, for the owner, how long the trash is kept', async () => {
    expect((await patch({ backups: { read_rate_mb: 40 } }, world.token())).json).toMatchObject({
      changed_keys: ['backups.read_rate_mb'],
      backups: { read_rate_mb: 40 },
    });
    expect((await patch({ storage: { trash_days: 30 } }, world.token())).status).toBe(403);
    expect((await patch({ storage: { trash_days: 366 } })).status).toBe(400);
    expect((await patch({ storage: { trash_days: 30 } })).json).toMatchObject({
      changed_keys: ['storage.trash_days'],
      storage: { trash_days: 30 },
      restart_required: [],
    });
    await patch({ storage: { trash_days: 7 }, backups: { read_rate_mb: 0 } });
  });

  test('changes what is named, at once and in the file, and leaves all else, unknown keys too', async () => {
    writeFileSync(world.configFile, JSON.stringify({ authorization: { token: master }, colour: 'red' }));
    const reply = await patch(
      { monitoring: { interval_ms: 5000, billing: { egress_per_gb: 1 } }, remote: { enabled: false } },
      world.token(),
    );
    expect([reply.status, reply.json]).toEqual([
      200,
      expect.objectContaining({
        changed_keys: ['monitoring.interval_ms', 'monitoring.billing.egress_per_gb'],
        restart_required: [],
      }),
    ]);
    const { monitoring } = world.configuration.current();
    expect(monitoring).toMatchObject({
      enabled: true,
      interval_ms: 5000,
      billing: { egress_per_gb: 1, cpu_per_vcpu_hour: 0.05 },
    });
    expect(stored()).toMatchObject({ colour: 'red', monitoring: { interval_ms: 5000 } });
  });

  test('SFTP moves while the host runs; a port that is taken is told with what has it', async () => {
    const on = await patch({ sftp: { enabled: true, port: 0 } });
    const { port } = readSettings.reply.parse(on.json).sftp_status;
    expect(on.json.sftp_status).toEqual({ state: 'listening', port: expect.any(Number), problem: null });
    expect(port).toBeGreaterThan(0);
    const thief = createServer();
    const taken = await new Promise<number>((resolve) =>
      thief.listen(0, '127.0.0.1', () => {
        const address = thief.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      }),
    );
    onTestFinished(() => void thief.close());
    const failed = await patch({ sftp: { port: taken } });
    expect(failed.json.sftp_status).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining(String(taken)),
    });
    const off = await patch({ sftp: { enabled: false } });
    expect(off.json.sftp_status).toMatchObject({ state: 'disabled', port: null });
  });

  test('names what waits for the next start, until it is as it was', async () => {
    const reply = await patch({ docker: { socket_path: '/run/other.sock' } });
    expect(reply.json.restart_required).toEqual(['docker.socket_path']);
    expect((await world.call('GET', '/host/settings')).json.restart_required).toEqual(['docker.socket_path']);
    expect((await patch({ docker: { socket_path: '' } })).json.restart_required).toEqual([]);
  });

  test.each([
    { docker: { socket_path: '/x' } },
    { storage: { allowed_mounts: ['/'] } },
    { remote: { url: 'http://169.254.169.254' } },
    { remote: { enabled: true } },
  ])('B12 %j is for the master token alone', async (body) => {
    const before = stored();
    const reply = await patch({ ...body, monitoring: { enabled: false } }, world.token());
    expect([reply.status, reply.json]).toEqual([403, { error: 'not permitted: tokens' }]);
    expect(stored()).toEqual(before);
  });

  test('the panel’s token goes in and never comes out: not in a reply, the record or the log', async () => {
    const reply = await patch({
      remote: { enabled: true, url: 'https://panel.example/api', token: secret },
    });
    expect(reply.json).toMatchObject({
      remote: { enabled: true, url: 'https://panel.example/api', token: 'lightd_…wxyz' },
      changed_keys: ['remote.enabled', 'remote.url', 'remote.token'],
    });
    await patch({ remote: { token: `${secret} ö` } });
    await patch({ remote: { token: secret, colour: secret } });
    expect(world.configuration.current().remote.token).toBe(secret);
    const record = await audited();
    expect(record).toContain(
      JSON.stringify('changed=["remote.enabled","remote.url","remote.token"]').slice(1, -1),
    );
    for (const text of [reply.text, record, world.logged.join('\n')])
      expect(text).not.toContain('panel-secret');
  });

  test('the panel’s token stays with its panel: another address needs it again', async () => {
    await patch({ remote: { enabled: true, url: 'https://panel.example/api', token: secret } });
    const stolen = await patch({ remote: { url: 'http://thief.example' } });
    expect([stolen.status, stolen.json.error]).toEqual([
      400,
      expect.stringMatching(/^remote\.token: must be sent/),
    ]);
    expect((await patch({ remote: { enabled: false, url: '' } })).status).toBe(400);
    expect((await patch({ remote: { url: 'https://panel.example/other' } })).status).toBe(200);
    expect((await patch({ remote: { url: 'https://next.example', token: '' } })).status).toBe(200);
    expect(world.configuration.current().remote).toEqual({
      enabled: true,
      url: 'https://next.example',
      token: '',
    });
  });

  test.each([
    [{}, 'body: send at least one setting'],
    [{ sftp: {} }, 'body: send at least one setting'],
    [{ sftp: { port: 70_000 } }, 'sftp.port: '],
    [{ sftp: { port: '22' } }, 'sftp.port: '],
    [{ sftp: { host: '' } }, 'sftp.host: '],
    [{ sftp: { host: 'a b' } }, 'sftp.host: '],
    [{ sftp: null }, 'sftp: '],
    [{ monitoring: { interval_ms: 5 } }, 'monitoring.interval_ms: '],
    [{ monitoring: { billing: { egress_per_gb: -1 } } }, 'monitoring.billing.egress_per_gb: '],
    [{ remote: { enabled: true } }, 'remote.url: '],
    [{ remote: { enabled: true, url: 'ftp://x' } }, 'remote.url: '],
    [{ remote: { enabled: true, url: 'https://a:b@c' } }, 'remote.url: '],
    [{ remote: { token: 'a\nb' } }, 'remote.token: '],
    [{ storage: { allowed_mounts: ['maps'] } }, 'storage.allowed_mounts.0: must be an absolute path'],
    [{ storage: { base_path: '/x' } }, 'unknown field: storage.base_path'],
    [{ authorization: { token: 'x' } }, 'unknown field: authorization'],
  ])('A3: %j: 400 beginning with %s, and nothing changes', async (body, words) => {
    const before = stored();
    const reply = await patch(body);
    expect([reply.status, String(reply.json.error).slice(0, words.length)]).toEqual([400, words]);
    expect(stored()).toEqual(before);
  });

  test('a broken file is not overwritten', async () => {
    writeFileSync(world.configFile, '{');
    expect((await patch({ monitoring: { enabled: false } })).status).toBe(400);
    expect(readFileSync(world.configFile, 'utf8')).toBe('{');
    expect(world.configuration.current().monitoring.enabled).toBe(true);
  });
});
