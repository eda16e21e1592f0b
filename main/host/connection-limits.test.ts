import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { ConnectionLimits } from './connection-limits.ts';

const open = (limits: ConnectionLimits, count: number, address: string) =>
  Array.from({ length: count }, () => new Socket()).filter((socket) => limits.take(socket, address));

test('B17 an address has 128 connections, until some close or become sockets; others, and this machine, aren’t concerned', async () => {
  const limits = new ConnectionLimits();
  const [first, second] = open(limits, 200, '192.0.2.1');
  expect(limits.size).toBe(128);
  expect(open(limits, 1, '::ffff:192.0.2.1')).toEqual([]);
  expect(open(limits, 1, '192.0.2.2')).toHaveLength(1);
  expect(open(limits, 200, '127.0.0.1')).toHaveLength(200);
  if (first) limits.forget(first);
  if (second) await new Promise((resolve) => second.once('close', resolve).destroy());
  expect(open(limits, 5, '192.0.2.1')).toHaveLength(2);
});

test('B10 a proxy stands for many clients', () => {
  const limits = new ConnectionLimits((address) => address === '192.0.2.1');
  expect(open(limits, 200, '192.0.2.1')).toHaveLength(200);
  expect(open(limits, 200, '192.0.2.2')).toHaveLength(128);
});

test('B17 in all there are 1,024', () => {
  const limits = new ConnectionLimits();
  expect(open(limits, 1100, '127.0.0.1')).toHaveLength(1024);
  expect(open(limits, 1, '192.0.2.1')).toEqual([]);
});
