import { expect, test } from 'vitest';
import type { LanAddress } from '../../shared/model/host.ts';
import { interfaceUrls } from './interface-urls.ts';

const lan: LanAddress[] = [
  { interface: 'eth0', family: 'IPv4', address: '192.168.1.5', is_public: false },
  { interface: 'eth0', family: 'IPv6', address: 'fd00::1', is_public: false },
];
const urlsOf = (host: string) =>
  interfaceUrls({
    host,
    port: 8070,
    serves: (address) => address === host || host === '0.0.0.0',
    lan,
  }).map(({ url, served }) => [url, served]);

test('the machine’s networks in their order; an address of none of them first of all; what is served is told', () => {
  expect(urlsOf('0.0.0.0')).toEqual([
    ['http://192.168.1.5:8070', true],
    ['http://[fd00::1]:8070', true],
  ]);
  expect(urlsOf('127.0.0.2')).toEqual([
    ['http://127.0.0.2:8070', true],
    ['http://192.168.1.5:8070', false],
    ['http://[fd00::1]:8070', false],
  ]);
});
