import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSystem } from '../../shared/http/system.ts';
import { createWorld, master, type World } from './http-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const write = (value: unknown) =>
  writeFileSync(world.configFile, typeof value === 'string' ? value : JSON.stringify(value));
const authorization = { token: master };
const reload = () => world.call('POST', '/remote/config/reload');

test('GET /system: the machine, the engine, the disk, versions and addresses', async () => {
  const reply = await world.call('GET', '/system');
  expect(reply.status).toBe(200);
  const { host, engine, disk, versions, addresses } = readSystem.reply.parse(reply.json);
  expect(host.memory.total).toBeGreaterThan(0);
  expect(host.platform).toBe(process.platform);
  expect(engine).toEqual({ status: 'connecting', tried: [] });
  expect(disk.free).toBe(disk.total - disk.used);
  expect(versions).toEqual({ lightdeck: '9.9.9', node: process.versions.node, electron: null });
  expect(addresses).toEqual([{ ip: '127.0.0.1', port: world.port }]);
});

describe('A15 GET /remote/config', () => {
  test('shows everything, defaults too, and of tokens the last four characters', async () => {
    const token = 'lightd_panel-secret-wxyz';
    write({ authorization, remote: { enabled: true, url: 'https://panel.example/api', token } });
    await reload();
    const { status, json, text } = await world.call('GET', '/remote/config');
    expect(status).toBe(200);
    expect(json).toEqual({
      version: 1,
      server: { host: '127.0.0.1', port: 8070, announce: false, trusted_proxies: [] },
      authorization: { enabled: true, token: 'lightd_…cdef' },
      docker: { socket_path: '' },
      storage: {
        base_path: 'storage',
        volumes_path: 'volumes',
        allowed_mounts: [],
        quota: 'auto',
        trash_days: 7,
      },
      backups: { folder: '', read_rate_mb: 0 },
      monitoring: {
        enabled: true,
        interval_ms: 60_000,
        billing: {
          memory_per_gb_hour: 0.01,
          cpu_per_vcpu_hour: 0.05,
          storage_per_gb_hour: 0.005,
          egress_per_gb: 0.12,
        },
      },
      remote: { enabled: true, url: 'https://panel.example/api', token: 'lightd_…wxyz' },
      sftp: { enabled: true, host: '127.0.0.1', port: 2022 },
    });
    expect(text).not.toContain('panel-secret');
  });

  test.each([
    ['', ''],
    ['short', '…'],
    ['a-secret-of-another-kind', '…kind'],
    ['lightd_tiny', 'lightd_…'],
  ])('a panel token %j is shown as %j', async (token, shown) => {
    write({ authorization, remote: { token, url: 'https://me:hunter2@panel.example/?key=hunter2' } });
    await reload();
    const { json, text } = await world.call('GET', '/remote/config');
    expect(json.remote).toEqual({ enabled: false, url: 'https://…@panel.example/', token: shown });
    expect(text).not.toContain('hunter2');
  });

  test('is not for tokens that are bound to servers, nor is the reload', async () => {
    const token = world.token({ containers: ['a'] });
    for (const [method, path] of [
      ['GET', '/remote/config'],
      ['POST', '/remote/config/reload'],
    ] as const) {
      const reply = await world.call(method, path, { token });
      expect([reply.status, reply.json]).toEqual([403, { error: 'not permitted: system' }]);
    }
  });
});

describe('A15 POST /remote/config/reload', () => {
  test('takes what can change live, and tells what waits for a new start', async () => {
    write({
      authorization,
      storage: { allowed_mounts: ['/srv/shared'], base_path: '/elsewhere' },
      server: { port: 9000 },
      monitoring: { billing: { egress_per_gb: 1 } },
      colour: 'red',
    });
    const reply = await reload();
    expect([reply.status, reply.json]).toEqual([
      200,
      {
        message: 'Configuration reloaded successfully',
        restart_required: ['server.port', 'storage.base_path'],
        warnings: [expect.stringContaining('unknown key colour')],
      },
    ]);
    expect(world.configuration.current().storage.allowed_mounts).toEqual(['/srv/shared']);
    write({ authorization });
    expect((await reload()).json.restart_required).toEqual([]);
  });

  test('another master token: the old one is refused from then on', async () => {
    const next = 'lightd_the-next-master-token';
    write({ authorization: { token: next } });
    expect((await reload()).status).toBe(200);
    expect((await world.call('GET', '/containers')).status).toBe(401);
    expect((await world.call('GET', '/containers', { token: next })).status).toBe(200);
  });

  test.each([
    ['{', 'not valid JSON'],
    [`{"authorization":{"token":"${master}"}, x}`, 'not valid JSON'],
    [`{"token":${master}}`, 'not valid JSON'],
    [`["${master}"`, 'not valid JSON'],
    [[], 'one JSON object'],
    [{}, 'authorization'],
    [{ authorization: {} }, 'authorization.token'],
    [{ authorization: { token: `${master} x` } }, 'authorization.token'],
    [{ authorization: { token: master, enabled: false } }, 'authorization.enabled'],
    [{ authorization, server: { port: 70_000 } }, 'server.port'],
    [{ authorization, storage: { allowed_mounts: 'x' } }, 'storage.allowed_mounts'],
    [{ authorization, remote: { enabled: true } }, 'remote.url'],
    [{ authorization, remote: { enabled: true, url: 'https://a:b@c' } }, 'remote.url'],
    [{ authorization, remote: { enabled: true, url: 'https://c?d' } }, 'remote.url'],
    [{ authorization, remote: { token: 'a\nb' } }, 'remote.token'],
    [{ authorization, monitoring: { interval_ms: 5 } }, 'monitoring.interval_ms'],
  ])('a broken file %j: 400 naming %s, and all stays as it was', async (value, words) => {
    write(value);
    const before = readFileSync(world.configFile, 'utf8');
    const reply = await reload();
    expect([reply.status, reply.json.error]).toEqual([400, expect.stringContaining(words)]);
    // Not even the piece of it that V8's own message quotes.
    expect(reply.text).not.toContain(master.slice(0, 9));
    expect(readFileSync(world.configFile, 'utf8')).toBe(before);
    expect((await world.call('GET', '/remote/config')).json.server).toEqual({
      host: '127.0.0.1',
      port: 8070,
      announce: false,
      trusted_proxies: [],
    });
  });

  test('a file that is gone: 400, and none is made', async () => {
    rmSync(world.configFile);
    expect((await reload()).status).toBe(400);
    expect((await reload()).json.error).toContain('is not there');
  });
});
