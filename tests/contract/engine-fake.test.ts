import { describe, it } from 'vitest';
import type { OnEnd } from '../support/cleanup.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { FakeMonitor } from '../support/fake-monitor.ts';
import { outsideOf } from '../support/fake-outside.ts';
import { until } from '../support/until.ts';
import { engineExpectations } from './engine/expectations.ts';
import { EngineLab } from './engine/lab.ts';
import { programs } from './engine/programs.ts';

async function openFake(onEnd: OnEnd): Promise<EngineLab> {
  const engine = new FakeEngine();
  for (const { shell, script } of Object.values(programs)) engine.program(shell, script);
  const hostId = 'contract-host';
  const monitor = new FakeMonitor({ engine, hostId });
  onEnd(() => monitor.stop());
  monitor.start();
  await until(() => monitor.state.status === 'up', { what: 'the fake engine', everyMs: 1 });
  return new EngineLab({
    engine,
    monitor,
    hostId,
    outside: outsideOf(engine),
    discard: async () => {},
    onEnd,
  });
}

describe('the fake engine', () => {
  it.for(engineExpectations)('$title', async ({ check }, { onTestFinished }) => {
    await check(await openFake(onTestFinished));
  });
});
