import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { interfaceUrls } from './interface-urls.ts';

const entry = (address: string, internal = false): NetworkInterfaceInfo => {
  const rest = { address, internal, netmask: '', mac: '', cidr: null };
  return address.includes(':') ? { ...rest, family: 'IPv6', scopeid: 0 } : { ...rest, family: 'IPv4' };
};
const urlsOf = (addresses: string[], host = '0.0.0.0') =>
  interfaceUrls({
    host,
    port: 8070,
    serves: (address) => address === host || host === '0.0.0.0',
    interfaces: { lan: [entry('127.0.0.1', true), ...addresses.map((address) => entry(address))] },
  });

test.each([
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.5',
  '169.254.3.4',
  '100.64.0.1',
  '203.0.113.9',
  'fd00::1',
  '2001:db8::1',
])('%s is no address of the internet', (address) => {
  expect(urlsOf([address])).toMatchObject([{ address, is_public: false }]);
});

test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2a00:1450::1'])('%s is one', (address) => {
  expect(urlsOf([address])).toMatchObject([{ address, is_public: true }]);
});

test('IPv4 first, loopback and link-local left out, an address of no interface first of all; what is served is told', () => {
  const list = urlsOf(['fe80::1', 'fd00::1', '192.168.1.5'], '127.0.0.2');
  expect(list.map(({ url, served }) => [url, served])).toEqual([
    ['http://127.0.0.2:8070', true],
    ['http://192.168.1.5:8070', false],
    ['http://[fd00::1]:8070', false],
  ]);
});
