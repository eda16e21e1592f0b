import { expect, test } from 'vitest';
import { isInternetAddress } from './public-address.ts';

test.each([
  ['8.8.8.8', true],
  ['140.82.121.4', true],
  ['127.0.0.1', false],
  ['0.0.0.0', false],
  ['10.1.2.3', false],
  ['100.64.1.1', false],
  ['169.254.169.254', false],
  ['172.31.255.255', false],
  ['172.32.0.1', true],
  ['192.168.1.1', false],
  ['198.19.0.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['2606:50c0:8000::153', true],
  ['::', false],
  ['::1', false],
  ['fe80::1%eth0', false],
  ['fd00::1', false],
  ['ff02::1', false],
  ['2001:db8::1', false],
  ['2001::1', false],
  ['2002:7f00:1::', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:7f00:1', false],
  ['::ffff:8.8.8.8', true],
  ['0:0:0:0:0:ffff:0a00:0001', false],
  ['64:ff9b::808:808', true],
  ['64:ff9b::a00:1', false],
  ['64:ff9b::', false],
  ['::127.0.0.1', false],
  ['example.org', false],
  ['', false],
])('E11 %s is of the internet: %j', (address, expected) => {
  expect(isInternetAddress(address)).toBe(expected);
});
