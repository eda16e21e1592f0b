import { once } from 'node:events';
import { get } from 'node:http';
import { createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../../tests/support/until.ts';
import { AddressesLost, type Listeners, listen } from './listen.ts';

/** An address that no machine has (RFC 5737). */
const foreign = '192.0.2.1';

async function listeningOn(host: string): Promise<Listeners> {
  const listeners = await listen({
    host,
    port: 0,
    serverOptions: {},
    onRequest: (_request, response) => response.end('here'),
    onUpgrade: (_request, socket) => socket.destroy(),
  });
  onTestFinished(() => listeners.close(0));
  return listeners;
}

/** Another program on this port of all addresses. It listens from the next microtask on: the change has begun then, and bound nothing yet. */
async function thief(port: number): Promise<Server> {
  await Promise.resolve();
  const server = createServer((socket) => socket.destroy());
  server.listen(port);
  onTestFinished(() => {
    server.close();
  });
  return server;
}

async function answers(port: number): Promise<boolean> {
  const request = get({ host: '127.0.0.1', port, agent: false });
  try {
    const [response] = await once(request, 'response');
    response.resume();
    return true;
  } catch {
    return false;
  }
}

test('an address that can not be had leaves the old ones served', async () => {
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const listeners = await listeningOn(host);
    const before = listeners.addresses;
    await expect(listeners.rebind(foreign)).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
    expect([listeners.host, listeners.addresses]).toEqual([host, before]);
    expect(await answers(listeners.port)).toBe(true);
  }
});

test('C20: when the old address is taken in between, nothing is said to be served, and it is as soon as it is free', async () => {
  const listeners = await listeningOn('0.0.0.0');
  const { port } = listeners;
  const failing = listeners.rebind(foreign);
  const other = await thief(port);
  const failure = await failing.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AddressesLost);
  expect(failure).toMatchObject({ cause: { code: 'EADDRNOTAVAIL' } });
  expect(listeners.addresses).toEqual([]);
  expect(listeners.serves('127.0.0.1')).toBe(false);
  other.close();
  await until(() => listeners.addresses.length > 0);
  expect([listeners.host, listeners.port]).toEqual(['0.0.0.0', port]);
  expect(listeners.serves('127.0.0.1')).toBe(true);
  expect(await answers(port)).toBe(true);
});

test('C20: after that another address can be taken, and a close leaves nothing behind that tries again', async () => {
  const listeners = await listeningOn('0.0.0.0');
  const { port } = listeners;
  const failing = listeners.rebind(foreign);
  const other = await thief(port);
  await expect(failing).rejects.toBeInstanceOf(AddressesLost);
  other.close();
  await once(other, 'close');
  await listeners.rebind('127.0.0.1');
  expect(listeners.addresses.map(({ ip }) => ip)).toContain('127.0.0.1');
  await listeners.close(0);
  expect(await answers(port)).toBe(false);
  await expect(listeners.rebind('0.0.0.0')).rejects.toThrow('closed');
});
