import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { until } from '../../tests/support/until.ts';
import { silentLog } from '../lib/log.ts';
import { createEngineMonitor } from './engine-monitor.ts';

it('H1 a search that fails in a way nobody foresaw is not the last one', async () => {
  let searches = 0;
  const monitor = createEngineMonitor({
    hostId: 'host',
    log: silentLog,
    timings: { retryFirstMs: 1, retryMaxMs: 1 },
    environment: {
      get platform(): NodeJS.Platform {
        searches += 1;
        if (searches === 1) throw new Error('nobody foresaw this');
        return 'linux';
      },
      env: {},
      homedir: '/nowhere',
      socketPath: '/nowhere/docker.sock',
      readFile: () => Promise.reject(new Error('ENOENT')),
      listDir: () => Promise.reject(new Error('ENOENT')),
    },
  });
  onTestFinished(() => monitor.stop());
  monitor.start();
  await until(() => monitor.state.status === 'down', { everyMs: 1 });
  expect(searches).toBeGreaterThan(1);
});

/** Answers a ping as Docker does, and nothing else. */
async function listenAt(path: string): Promise<void> {
  const server = createServer((request, response) =>
    response.writeHead(request.url === '/_ping' ? 200 : 404).end(),
  );
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
}

it('H3 looks when it is asked to instead of after its wait, and says what may help', async () => {
  let searches = 0;
  const monitor = createEngineMonitor({
    hostId: 'host',
    log: silentLog,
    // Without being asked it would not look again before this test is over.
    timings: { retryFirstMs: 3_600_000, retryMaxMs: 3_600_000 },
    environment: {
      get platform(): NodeJS.Platform {
        searches += 1;
        return 'linux';
      },
      env: {},
      homedir: '/nowhere',
      socketPath: '/nowhere/docker.sock',
      readFile: async (path) => {
        if (path !== '/etc/os-release') throw new Error('ENOENT');
        return Buffer.from('ID=fedora\n');
      },
      listDir: () => Promise.reject(new Error('ENOENT')),
    },
  });
  onTestFinished(() => monitor.stop());
  await monitor.look();
  expect(searches).toBe(0);
  monitor.start();
  await until(() => monitor.state.status === 'down', { everyMs: 1 });
  expect(monitor.state).toMatchObject({
    commands: ['sudo systemctl enable --now docker'],
    guide: 'https://docs.docker.com/engine/install/fedora/',
  });
  const before = searches;
  await Promise.all([monitor.look(), monitor.look()]);
  expect(searches).toBeGreaterThan(before);
  const asked = monitor.look();
  await monitor.stop();
  await asked;
});

it('H3 knows all places where an engine could be, whichever the settings name', async () => {
  const folder = tempDir();
  const rootless = join(folder, 'docker.sock');
  await listenAt(rootless);
  const monitor = createEngineMonitor({
    hostId: 'host',
    log: silentLog,
    environment: {
      platform: 'linux',
      env: { XDG_RUNTIME_DIR: folder, DOCKER_HOST: 'unix:///nowhere/else.sock' },
      homedir: '/nowhere',
      socketPath: '/nowhere/docker.sock',
      readFile: () => Promise.reject(new Error('ENOENT')),
      listDir: () => Promise.reject(new Error('ENOENT')),
    },
  });
  const places = await monitor.places(new AbortController().signal);
  expect(places).toContainEqual({
    endpoint: `unix://${rootless}`,
    source: "rootless Docker's socket",
    kind: 'docker',
    problem: null,
  });
  const named = places.find(({ endpoint }) => endpoint === 'unix:///nowhere/docker.sock');
  expect(named?.problem).toMatch(/no engine/);
});
