import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { has } from '../../tests/support/requirements.ts';
import { smallDisk } from '../../tests/support/small-disk.ts';
import { configPath, loadConfig, saveConfig } from './config-file.ts';

let top: string;
let dataDir: string;
const token = 'lightd_0123456789abc';
const file = () => readFileSync(configPath(dataDir), 'utf8');
const put = (value: unknown) =>
  writeFileSync(configPath(dataDir), typeof value === 'string' ? value : JSON.stringify(value), {
    mode: 0o600,
  });

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'lightdeck-config-'));
  dataDir = top;
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

describe('G11 A15 a file that Lightd wrote', () => {
  const lightd = {
    version: '0.1.0',
    server: { host: '0.0.0.0', port: 8071 },
    authorization: { enabled: true, token },
    docker: { socket_path: '/var/run/docker.sock' },
    storage: { base_path: './storage', volumes_path: './volumes', allowed_mounts: null },
    monitoring: { enabled: true, interval_ms: 30_000, billing: { memory_per_gb_hour: 0.5 } },
    remote: { enabled: false, url: '', token: null },
    logging: { level: 'info' },
  };

  test('is read with its settings, told, and left as it is', () => {
    put(lightd);
    const { config, warnings } = loadConfig(dataDir);
    expect(config).toMatchObject({
      version: 1,
      server: { host: '0.0.0.0', port: 8071 },
      authorization: { token },
      storage: { base_path: './storage', allowed_mounts: [] },
      monitoring: { interval_ms: 30_000, billing: { memory_per_gb_hour: 0.5, cpu_per_vcpu_hour: 0.05 } },
      remote: { token: '' },
    });
    expect(warnings.join('\n')).toContain('written by Lightd 0.1.0');
    expect(warnings.join('\n')).toContain('unknown key logging');
    expect(JSON.parse(file())).toEqual(lightd);
  });

  test('that is saved from here is one of ours, with all that it had', () => {
    put(lightd);
    const { config } = loadConfig(dataDir);
    saveConfig(dataDir, { ...config, server: { ...config.server, port: 9000 } });
    expect(JSON.parse(file())).toMatchObject({
      version: 1,
      server: { port: 9000 },
      logging: { level: 'info' },
    });
    expect(loadConfig(dataDir).config.server.port).toBe(9000);
  });

  test.each([
    [{ version: '1' }, /version/],
    [{ version: '0.1' }, /version/],
    [{ version: '0.1.0', authorization: { enabled: false, token } }, /authorization\.enabled/],
    [{ version: '0.1.0', server: { port: 'x' } }, /server\.port/],
  ])('only if it is one: %j is refused naming the key', (changes, names) => {
    put({ ...lightd, ...changes });
    expect(() => loadConfig(dataDir)).toThrow(names);
  });
});

describe('A15 first start', () => {
  test('makes the folder and a private file with all defaults and a fresh master token (A2)', () => {
    dataDir = join(top, 'deep', 'data');
    const { config, created, warnings } = loadConfig(dataDir);
    expect(created).toBe(true);
    expect(warnings).toEqual([]);
    expect(config.authorization.token).toMatch(/^lightd_[0-9a-f]{32}$/);
    expect(JSON.parse(file())).toEqual(config);
    if (process.platform !== 'win32') expect(statSync(configPath(dataDir)).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir)).toEqual(['config.json']);
  });

  test('has the published defaults', () => {
    const { config } = loadConfig(dataDir);
    expect(config).toMatchObject({
      version: 1,
      server: { host: '127.0.0.1', port: 8070, announce: false },
      authorization: { enabled: true },
      docker: { socket_path: '' },
      storage: { allowed_mounts: [] },
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
      remote: { enabled: false },
      sftp: { port: 2022 },
    });
  });

  test('makes another token in another folder, and keeps it at the second start', () => {
    const first = loadConfig(join(top, 'a')).config.authorization.token;
    const second = loadConfig(join(top, 'b')).config.authorization.token;
    expect(first).not.toBe(second);
    const again = loadConfig(join(top, 'a'));
    expect(again.config.authorization.token).toBe(first);
    expect(again.created).toBe(false);
  });
});

describe('A15 an existing file', () => {
  test('needs only the token; the rest has defaults, and the file is not touched', () => {
    put({ authorization: { token }, server: { port: 9000 } });
    const before = file();
    const { config } = loadConfig(dataDir);
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: 9000, announce: false });
    expect(config.authorization.token).toBe(token);
    expect(file()).toBe(before);
  });

  test('without a token gets one written, other keys kept', () => {
    put({ server: { port: 9000 }, mine: 1 });
    const { config } = loadConfig(dataDir);
    expect(JSON.parse(file())).toEqual({
      server: { port: 9000 },
      mine: 1,
      authorization: { token: config.authorization.token },
    });
  });

  test.each([
    ['server.port', { authorization: { token }, server: { port: 'x' } }],
    ['server.port', { authorization: { token }, server: { port: 70_000 } }],
    ['server.host', { authorization: { token }, server: { host: '' } }],
    ['server', { authorization: { token }, server: 5 }],
    ['authorization', { authorization: 5 }],
    ['authorization.token', { authorization: { token: 'secret' } }],
    ['authorization.token', { authorization: { token: 'lightd_short' } }],
    ['authorization.enabled', { authorization: { token, enabled: false } }],
    ['storage.allowed_mounts.1', { authorization: { token }, storage: { allowed_mounts: ['/srv', 7] } }],
    [
      'monitoring.billing.egress_per_gb',
      { authorization: { token }, monitoring: { billing: { egress_per_gb: -1 } } },
    ],
    ['remote.url', { authorization: { token }, remote: { enabled: true, url: 'nowhere' } }],
    ['version', { authorization: { token }, version: 99 }],
  ])('with a wrong %s is refused naming key and file, and left as it is', (key, value) => {
    put(value);
    const before = file();
    expect(() => loadConfig(dataDir)).toThrow(expect.objectContaining({ code: 'invalid' }));
    expect(() => loadConfig(dataDir)).toThrow(`${configPath(dataDir)} has a wrong value: ${key}: `);
    expect(file()).toBe(before);
  });

  test.each(['', '{"server":', '[]', '"text"', 'null'])(
    'that is no JSON object (%j) is refused and left as it is',
    (text) => {
      put(text);
      expect(() => loadConfig(dataDir)).toThrow(configPath(dataDir));
      expect(() => loadConfig(dataDir)).toThrow(expect.objectContaining({ code: 'invalid' }));
      expect(file()).toBe(text);
    },
  );

  test('never shows the token in an error', () => {
    put({ authorization: { token: 'hunter2-hunter2' } });
    expect(() => loadConfig(dataDir)).toThrow(/^(?!.*hunter2).*$/s);
  });

  test('tells unknown keys by their dotted names', () => {
    put({ authorization: { token }, colour: 'red', server: { prot: 1 } });
    const { warnings } = loadConfig(dataDir);
    expect(warnings).toHaveLength(2);
    expect(warnings.join()).toContain('colour');
    expect(warnings.join()).toContain('server.prot');
  });

  test.skipIf(process.platform === 'win32')('A2: that others could read is made private and told', () => {
    put({ authorization: { token } });
    chmodSync(configPath(dataDir), 0o644);
    expect(loadConfig(dataDir).warnings.join()).toContain('0600');
    expect(statSync(configPath(dataDir)).mode & 0o777).toBe(0o600);
    expect(loadConfig(dataDir).warnings).toEqual([]);
  });
});

describe('saveConfig', () => {
  test('changes what it is given and keeps unknown keys', () => {
    put({ authorization: { token, note: 'mine' }, later: { a: [1] } });
    const { config } = loadConfig(dataDir);
    const server = { host: '0.0.0.0', port: 1, announce: true, trusted_proxies: ['10.0.0.0/8'] };
    saveConfig(dataDir, { ...config, server });
    expect(loadConfig(dataDir).config.server).toEqual(server);
    expect(JSON.parse(file())).toMatchObject({ authorization: { token, note: 'mine' }, later: { a: [1] } });
    expect(readdirSync(dataDir)).toEqual(['config.json']);
  });

  test('refuses wrong values, and never replaces a broken file', () => {
    const { config } = loadConfig(dataDir);
    const before = file();
    expect(() => saveConfig(dataDir, { ...config, server: { ...config.server, host: '' } })).toThrow(
      'server.host',
    );
    expect(file()).toBe(before);
    put('{ half an edit');
    expect(() => saveConfig(dataDir, config)).toThrow('not valid JSON');
    expect(file()).toBe('{ half an edit');
  });

  test('makes the file where there is none', () => {
    const { config } = loadConfig(dataDir);
    rmSync(configPath(dataDir));
    saveConfig(dataDir, config);
    expect(existsSync(configPath(dataDir))).toBe(true);
    expect(loadConfig(dataDir).config).toEqual(config);
  });
});

test.skipIf(!has('small-disk'))(
  'C1 settings that find no room are refused in words, and the file stays as it was',
  () => {
    const disk = smallDisk(1);
    const { config } = loadConfig(disk.path);
    disk.fill();
    const before = readFileSync(join(disk.path, 'config.json'), 'utf8');
    const changed = { ...config, server: { ...config.server, port: 9000 } };
    expect(() => saveConfig(disk.path, changed)).toThrow(
      expect.objectContaining({ code: 'disk_full', message: expect.stringContaining('free some space') }),
    );
    expect(readFileSync(join(disk.path, 'config.json'), 'utf8')).toBe(before);
    expect(readdirSync(disk.path).sort()).toEqual(['ballast', 'config.json']);
    disk.free();
    saveConfig(disk.path, changed);
    expect(loadConfig(disk.path).config.server.port).toBe(9000);
  },
);
