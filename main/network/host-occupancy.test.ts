import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { PublishedPort } from '../docker/contract.ts';
import { silentLog } from '../lib/log.ts';
import { type PortKey, portWords } from './contract.ts';
import { createHostOccupancy } from './host-occupancy.ts';

/** Listens on a port of that address and gives its number. */
async function listenTcp(host: string, options: { ipv6Only?: boolean } = {}): Promise<number> {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port: 0, ...options }, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

async function bindUdp(address: string): Promise<number> {
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  return socket.address().port;
}

interface Way {
  platform: NodeJS.Platform;
  isLocal?: boolean;
  published?: PublishedPort[];
}
const occupancy = ({ platform, isLocal = true, published = [] }: Way) =>
  createHostOccupancy({
    platform,
    isLocal: () => isLocal,
    published: async () => published,
    log: silentLog,
  });
const tcp = (ip: string, port: number): PortKey => ({ ip, port, protocol: 'tcp' });
const udp = (ip: string, port: number): PortKey => ({ ip, port, protocol: 'udp' });

const ways = (['linux', 'darwin'] as const).filter((one) => one !== 'linux' || process.platform === 'linux');

describe.each(ways)('A5 what is bound on this machine, as on %s', (platform) => {
  const { holders } = occupancy({ platform });
  const held = async (...keys: PortKey[]) => [...(await holders(keys)).keys()];

  test('a listening socket: its address and all addresses, nothing else', async () => {
    const port = await listenTcp('127.0.0.1');
    const asked = [tcp('127.0.0.1', port), tcp('0.0.0.0', port), udp('127.0.0.1', port), tcp('::1', port)];
    expect(await held(...asked)).toEqual(asked.slice(0, 2).map(portWords));
  });

  test('a socket on all addresses: each of them', async () => {
    const port = await listenTcp('0.0.0.0');
    expect(await held(tcp('127.0.0.1', port), tcp('0.0.0.0', port), tcp('::1', port))).toHaveLength(2);
  });

  test('IPv6 alone leaves IPv4 free, a dual socket does not', async () => {
    const alone = await listenTcp('::', { ipv6Only: true });
    expect(await held(tcp('0.0.0.0', alone), tcp('::', alone), tcp('::1', alone))).toEqual(
      [tcp('::', alone), tcp('::1', alone)].map(portWords),
    );
    const dual = await listenTcp('::');
    expect(await held(tcp('0.0.0.0', dual), tcp('127.0.0.1', dual), tcp('::', dual))).toHaveLength(3);
  });

  test('UDP', async () => {
    const port = await bindUdp('127.0.0.1');
    expect(await held(udp('127.0.0.1', port), tcp('127.0.0.1', port))).toEqual([
      portWords(udp('127.0.0.1', port)),
    ]);
  });

  test('an address that this machine lacks is nobody’s; and nothing asked is nothing found', async () => {
    expect(await held(tcp('192.0.2.1', 9))).toEqual([]);
    expect(await held()).toEqual([]);
  });

  test('many at once, also the same one, don’t get in each other’s way', async () => {
    const port = await listenTcp('127.0.0.1');
    const keys = Array.from({ length: 200 }, () => tcp('127.0.0.1', port));
    expect(await held(...keys)).toEqual([portWords(tcp('127.0.0.1', port))]);
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const address = probe.address();
    const free = typeof address === 'object' && address ? address.port : 0;
    await new Promise((resolve) => probe.close(resolve));
    const looks = await Promise.all(
      Array.from({ length: 50 }, () => held(tcp('127.0.0.1', free), tcp('0.0.0.0', free))),
    );
    expect(looks.flat()).toEqual([]);
  });

  test('with an engine on another machine nothing here counts', async () => {
    const port = await listenTcp('127.0.0.1');
    const away = occupancy({ platform, isLocal: false });
    expect((await away.holders([tcp('127.0.0.1', port)])).size).toBe(0);
  });
});

test.skipIf(process.platform !== 'linux')('on Linux the process is named', async () => {
  const port = await listenTcp('127.0.0.1');
  const found = await occupancy({ platform: 'linux' }).holders([tcp('127.0.0.1', port)]);
  expect([...found.values()]).toEqual(['Lightdeck itself']);
});

test('elsewhere a container is named if the engine says so, else nobody', async () => {
  const port = await listenTcp('127.0.0.1');
  const other: PublishedPort = { name: 'other', ip: '0.0.0.0', port, protocol: 'udp' };
  const name = async (published: PublishedPort[]) => [
    ...(await occupancy({ platform: 'darwin', published }).holders([tcp('127.0.0.1', port)])).values(),
  ];
  expect(await name([other])).toEqual(['another program']);
  expect(await name([other, { ...other, name: 'web', protocol: 'tcp' }])).toEqual(['the container web']);
});
