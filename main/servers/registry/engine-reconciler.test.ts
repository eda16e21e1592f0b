import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FakeEngine } from '../../../tests/support/fake-engine.ts';
import { FakeMonitor } from '../../../tests/support/fake-monitor.ts';
import { Limiter } from '../../lib/limiter.ts';
import { silentLog } from '../../lib/log.ts';
import { EngineReconciler } from './engine-reconciler.ts';

test('a host that ends while it still looks for its engine keeps nobody waiting', async () => {
  const reconciler = new EngineReconciler({
    monitor: new FakeMonitor({ engine: new FakeEngine(), hostId: 'host-1' }),
    startQueue: new Limiter(1),
    hostId: 'host-1',
    servers: () => [],
    exists: () => false,
    log: silentLog,
  });
  let isTold = false;
  const waiting = reconciler.whenReconciled().then(() => {
    isTold = true;
  });
  await setImmediate();
  expect(isTold).toBe(false);
  reconciler.close();
  for (let turn = 0; turn < 10 && !isTold; turn += 1) await setImmediate();
  expect(isTold).toBe(true);
  await waiting;
});
