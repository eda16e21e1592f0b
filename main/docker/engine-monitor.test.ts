import { expect, it, onTestFinished } from 'vitest';
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
