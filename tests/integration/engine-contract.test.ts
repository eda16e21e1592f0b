import { randomUUID } from 'node:crypto';
import { describe, it } from 'vitest';
import { machineEnvironment } from '../../main/docker/endpoint-discovery.ts';
import { createEngineMonitor } from '../../main/docker/engine-monitor.ts';
import { silentLog } from '../../main/lib/log.ts';
import { engineExpectations } from '../contract/engine/expectations.ts';
import { EngineLab } from '../contract/engine/lab.ts';
import type { OnEnd } from '../support/cleanup.ts';
import { docker } from '../support/docker-cli.ts';
import type { Outside } from '../support/fake-outside.ts';
import { someOf } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { until } from '../support/until.ts';

const command = async (...args: string[]): Promise<void> => void (await docker(...args));

const outside: Outside = {
  pause: (id) => command('pause', id),
  unpause: (id) => command('unpause', id),
  stop: (id) => command('stop', id),
  kill: (id, signal) => command('kill', '--signal', signal, id),
  start: (id) => command('start', id),
  remove: (id) => command('rm', '-f', id),
  rename: (id, name) => command('rename', id, name),
};

async function openReal(onEnd: OnEnd): Promise<EngineLab> {
  const hostId = `contract-${randomUUID()}`;
  const environment = machineEnvironment({ socketPath: null, env: process.env });
  const monitor = createEngineMonitor({ hostId, environment, log: silentLog });
  onEnd(() => monitor.stop());
  monitor.start();
  await until(() => monitor.state.status === 'up', { what: 'the engine' });
  const { engine } = monitor;
  return new EngineLab({
    engine,
    monitor,
    hostId,
    outside,
    async discard(id, spec) {
      await engine.remove(id);
      await engine.removeNetwork(spec.network, spec.hostId);
    },
    onEnd,
  });
}

/** `npm test` asks two of three, and all with a rule's number; the long lane asks all of them. */
const isFirst = ({ title }: { title: string }, index: number): boolean =>
  index % 3 !== 2 || /\b[A-Z]\d+/.test(title);
const first = engineExpectations.filter(isFirst);
const rest = engineExpectations.filter((one, index) => !isFirst(one, index));

// Several at a time: most of each is waiting for the engine.
describe.skipIf(!has('images'))('a real engine', () => {
  it.concurrent.for(someOf([...first, ...rest], first.length))(
    '$title',
    async ({ check }, { onTestFinished }) => {
      await check(await openReal(onTestFinished));
    },
  );
});
