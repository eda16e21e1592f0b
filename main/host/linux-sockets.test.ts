import { createServer } from 'node:net';
import { endianness } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ownersOf, parseSockets, readSockets } from './linux-sockets.ts';

const heading =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const line = (local: string, state: string, inode = '123') =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 100 0 0 10 0`;
const parse = (protocol: 'tcp' | 'udp', ...lines: string[]) =>
  parseSockets(protocol, [heading, ...lines, ''].join('\n'));

describe.skipIf(endianness() !== 'LE')("the kernel's tables", () => {
  test.each([
    ['0100007F:63DD', '127.0.0.1', 25_565],
    ['00000000:0050', '0.0.0.0', 80],
    ['00000000000000000000000000000000:0050', '::', 80],
    ['00000000000000000000000001000000:FFFF', '::1', 65_535],
    ['0000000000000000FFFF00000100007F:0001', '127.0.0.1', 1],
    ['B80D01200000000067452301EFCDAB89:0001', '2001:db8::123:4567:89ab:cdef', 1],
  ])('%s is %s, port %d', (local, ip, port) => {
    expect(parse('tcp', line(local, '0A'))).toEqual([{ protocol: 'tcp', ip, port, inode: 'socket:[123]' }]);
  });

  test('of TCP only what listens, of UDP all', () => {
    expect(parse('tcp', line('0100007F:0001', '01'), line('0100007F:0002', '06'))).toEqual([]);
    expect(parse('udp', line('0100007F:0001', '07'), line('0100007F:0002', '01'))).toHaveLength(2);
  });

  test('what is no such line is skipped', () => {
    expect(
      parse('tcp', 'nonsense', line('xyz:0001', '0A'), line('0100007F:0000', '0A'), '0: : : 0A'),
    ).toEqual([]);
    expect(parseSockets('tcp', '')).toEqual([]);
  });
});

test.skipIf(process.platform !== 'linux')('a real socket is seen, and it is ours', async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const found = (await readSockets()).filter((socket) => socket.port === port);
  expect(found).toMatchObject([{ protocol: 'tcp', ip: '127.0.0.1' }]);
  const owners = await ownersOf([...found.map(({ inode }) => inode), 'socket:[0]']);
  expect([...owners.values()]).toEqual([{ pid: process.pid, name: expect.any(String) }]);
});
