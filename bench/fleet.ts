import { randomBytes } from 'node:crypto';
import type { Disposers } from './disposers.ts';
import { BenchHost, type HostSetup } from './host.ts';
import { delay } from './meter.ts';

/** A host with many running servers. */
export interface Fleet {
  host: BenchHost;
  size: number;
}

/** Starting a container keeps the engine busy; more at once only wait for each other. */
const atOnce = 4;
/** What the start leaves behind to be done, in ms. */
const settleMs = 5000;

export async function startFleet(
  setup: HostSetup,
  disposers: Disposers,
  size: number,
  command = 'sleep 100000',
): Promise<Fleet> {
  const host = await BenchHost.start(setup, disposers);
  const run = randomBytes(3).toString('hex');
  const left = Array.from({ length: size }, (_, index) => `bench-${run}-${index + 1}`);
  const worker = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      await host.install(id, command);
      await host.run(id);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  // A fresh process, as after a night's work: what the making of fifty servers left on its heap is not idle's.
  await host.stop();
  await host.start();
  for (let index = 1; index <= size; index += 1) await host.reach(`bench-${run}-${index}`, 'running');
  await delay(settleMs);
  return { host, size };
}
