import { expect, test } from 'vitest';
import type { SystemView } from '../../shared/http/system.ts';
import { diagnosticsText } from './diagnostics.ts';

const system: SystemView = {
  host: {
    name: 'secret-machine',
    platform: 'linux',
    release: '6.1',
    arch: 'x64',
    uptime: 1,
    cpu: { cores: 2, usage: 1 },
    memory: { total: 8 * 1024 ** 3, used: 1 },
  },
  engine: {
    status: 'down',
    code: 'missing',
    cause: 'No container engine was found.',
    help: 'Install one.',
    since: 1,
    tried: [
      { endpoint: 'tcp://den:pass@10.0.0.1:2375', source: 'DOCKER_HOST', result: 'refused ?token=abc' },
    ],
  },
  store: { status: 'ok' },
  disk: { path: '/home/den/data', total: 1024 ** 4, used: 1, free: 1024 ** 3 },
  versions: { lightdeck: '1.2.3', node: '22.0.0', electron: '45.0.0' },
  addresses: [{ ip: '192.168.1.7', port: 8070 }],
};

const text = (changes: { system?: SystemView | null } = {}): string =>
  diagnosticsText({
    versions: {
      app: '1.2.3',
      electron: '45.0.0',
      chromium: '150.0.0',
      host: 'own',
      data_dir: '/home/den/data/lightd_0123456789abcdef',
      tray: false,
      packaged: true,
    },
    system,
    machine: 'linux 6.1 x64',
    desktop: 'GNOME, wayland',
    package: 'installed',
    home: '/home/den',
    ...changes,
  });

test('says versions, the system, and what was tried to find an engine', () => {
  expect(text()).toBe(`Lightdeck 1.2.3 (installed), Electron 45.0.0, Chromium 150.0.0
System: linux 6.1 x64, desktop GNOME, wayland, tray no
Host: this app, data in ~/data/lightd_…
Host’s version: 1.2.3, Node 22.0.0, linux 6.1 x64
Disk: 1.0 GB free of 1024.0 GB; memory: 8.0 GB
Store: ok
Engine: none (missing): No container engine was found.
  tried tcp://…@10.0.0.1:2375 (DOCKER_HOST): refused ?token=…
`);
});

test('holds no secrets and no names of the user or the machine', () => {
  expect(text()).not.toMatch(/pass|abc|0123456789|den\b|secret-machine|192\.168/);
});

test('says so when the host does not answer', () => {
  expect(text({ system: null })).toContain('The host does not answer.');
});
