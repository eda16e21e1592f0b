import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { Duplex } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../../tests/support/until.ts';
import { DirectReadAgent, readDirectly } from './direct-reads.ts';

interface Attached {
  client: Duplex;
  server: Duplex;
}

/** A connection that was upgraded, as an attachment is; `first` comes together with the answer. */
async function upgraded(first = ''): Promise<Attached> {
  const host = createServer();
  const upgrade = new Promise<Duplex>((resolve) => {
    host.once('upgrade', (_request, socket) => {
      socket.write(`HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n${first}`);
      resolve(socket);
    });
  });
  host.listen(0, '127.0.0.1');
  await once(host, 'listening');
  const address = host.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const call = request({
    port,
    host: '127.0.0.1',
    agent: new DirectReadAgent({ keepAlive: false }),
    headers: { Connection: 'Upgrade', Upgrade: 'tcp' },
  });
  const answer = new Promise<Duplex>((resolve, reject) => {
    call.once('error', reject);
    call.once('upgrade', (_response, socket, head) => {
      if (!(socket instanceof Duplex)) throw new Error('no stream');
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
  });
  call.end();
  const [server, client] = await Promise.all([upgrade, answer]);
  server.on('error', () => {});
  client.on('error', () => {});
  onTestFinished(() => {
    client.destroy();
    server.destroy();
    host.close();
  });
  return { client, server };
}

test('S8 what came with the answer, before anybody listened, and directly: all of it, in order', async () => {
  const { client, server } = await upgraded('zero ');
  readDirectly(client);
  server.write('one ');
  await new Promise(setImmediate);
  let text = '';
  const blocks = new Set<ArrayBufferLike>();
  client.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    blocks.add(chunk.buffer);
  });
  const words = Array.from({ length: 200 }, (_, index) => `${index} `.repeat(500));
  for (const word of words) if (!server.write(word)) await once(server, 'drain');
  const expected = `zero one ${words.join('')}`;
  await until(() => text.length >= expected.length);
  expect(text).toBe(expected);
  // Not one for each read: that is the point.
  expect(blocks.size).toBeLessThan(5);
});

test('S8 two connections at once do not write into each other', async () => {
  const pairs = [await upgraded(), await upgraded()];
  const texts = ['', ''];
  for (const [index, { client }] of pairs.entries()) {
    readDirectly(client);
    client.on('data', (chunk: Buffer) => {
      texts[index] += chunk.toString();
    });
  }
  for (let turn = 0; turn < 100; turn += 1)
    for (const [index, { server }] of pairs.entries()) server.write(String(index).repeat(10_000));
  await until(() => texts.every((text) => text.length === 1_000_000));
  expect(texts).toEqual(['0'.repeat(1_000_000), '1'.repeat(1_000_000)]);
});

test('S8 what comes while it is paused waits, and comes in order', async () => {
  const { client, server } = await upgraded();
  readDirectly(client);
  let text = '';
  client.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.length === 3) client.pause();
  });
  server.write('one');
  await until(() => text === 'one');
  server.write('two');
  await new Promise(setImmediate);
  client.resume();
  server.write('three');
  await until(() => text.length === 11);
  expect(text).toBe('onetwothree');
  const ended = once(client, 'end');
  server.end();
  await ended;
});
