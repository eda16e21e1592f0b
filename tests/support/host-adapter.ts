import { networkInterfaces } from 'node:os';
import type { OnEnd } from './cleanup.ts';
import { docker } from './docker-cli.ts';
import { busyboxImage } from './images.ts';
import { until } from './until.ts';

/**
 * Gives this machine another network adapter, as if it were plugged into one more network (in truth a bridge of Docker's with a
 * container behind it, or it would have no carrier). Resolves with its IPv4 address; it goes when the test ends.
 */
export async function plugInNetwork(onEnd: OnEnd): Promise<string> {
  // An adapter's name has 15 characters at most.
  const adapter = `ldt${process.pid}`;
  const network = await docker(
    'network',
    'create',
    '-o',
    `com.docker.network.bridge.name=${adapter}`,
    `lightdeck-${adapter}`,
  );
  onEnd(async () => void (await docker('network', 'rm', network)));
  const container = await docker('run', '-d', '--network', network, await busyboxImage(), 'sleep', '600');
  onEnd(async () => void (await docker('rm', '-f', container)));
  const address = (): string | undefined =>
    networkInterfaces()[adapter]?.find(({ family }) => family === 'IPv4')?.address;
  await until(() => address() !== undefined);
  return address() ?? '';
}
