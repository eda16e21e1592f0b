import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createEngineMonitor } from '../../main/docker/engine-monitor.ts';
import { silentLog } from '../../main/lib/log.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

it.each([
  ['says it', { CgroupDriver: 'none', MemoryLimit: false }, /can't limit servers/],
  ['can do all', { CgroupDriver: 'systemd', MemoryLimit: true, CpuCfsQuota: true }, null],
  ['says nothing', null, null],
])('G16 H3 an engine that %s: it is asked once, and told with its state', async (_what, info, words) => {
  const socketPath = join(tempDir(), 'engine.sock');
  let asked = 0;
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/_ping') response.end('OK');
    else if (path === '/version') response.end('{"Version":"28.0.0","ApiVersion":"1.50"}');
    else if (path === '/info' && info !== null) {
      asked += 1;
      response.end(JSON.stringify(info));
    } else if (path === '/events') response.writeHead(200).flushHeaders();
    else response.writeHead(404).end('{"message":"page not found"}');
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const monitor = createEngineMonitor({
    hostId: 'h',
    environment: {
      socketPath,
      env: {},
      platform: 'linux',
      homedir: '/nowhere',
      readFile: () => Promise.reject(new Error('none')),
      listDir: () => Promise.resolve([]),
    },
    log: silentLog,
  });
  onTestFinished(() => monitor.stop());
  monitor.start();
  const state = await until(() => (monitor.state.status === 'up' ? monitor.state : null));
  if (words === null) expect(state).not.toHaveProperty('lacks');
  else expect(state.lacks?.join()).toMatch(words);
  expect(asked).toBe(info === null ? 0 : 1);
});
