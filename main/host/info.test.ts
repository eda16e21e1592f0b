import { expect, onTestFinished, test } from 'vitest';
import type { HostInfo, LanAddress } from '../../shared/model/host.ts';
import { until } from '../../tests/support/until.ts';
import { HostInfoSource } from './info.ts';

const at = (address: string): LanAddress => ({
  interface: 'eth0',
  family: 'IPv4',
  address,
  is_public: false,
});
const usage = async () => ({
  cpu: { cores: 1, usage: 0 },
  memory: { total: 1, used: 0 },
  disk: { total: 1, used: 0 },
});

test('I5 where the machine is is told from the first frame on, and again when it has moved to another network', async () => {
  let now: LanAddress[] = [at('192.168.1.5')];
  const source = new HostInfoSource({
    monitor: {
      state: { status: 'connecting', tried: [] },
      start() {},
      async stop() {},
      get engine(): never {
        throw new Error('no engine in this test');
      },
      look: async () => {},
      places: async () => [],
      isAccepting: async () => false,
      onState: () => () => {},
      onEvent: () => () => {},
    },
    health: { state: { status: 'ok' }, onChange: () => () => {} },
    usage,
    lan: {
      current: () => now,
      // As when the laptop is carried to another network.
      look: async () => {
        now = [at('10.0.0.9')];
      },
    },
    version: '9',
  });
  onTestFinished(() => source.close());
  expect(source.current().addresses).toEqual([at('192.168.1.5')]);
  const told: HostInfo[] = [];
  source.onChange((info) => told.push(info));
  await until(() => told.length > 0);
  expect(told[0]?.addresses).toEqual([at('10.0.0.9')]);
});
