import { expect, test } from 'vitest';
import { addressGroup } from './address.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['2001:0db8:0000:0000:1:2:3:4', '2001:db8:0:0'],
  ['2001:DB8:0:5::', '2001:db8:0:5'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['1::', '1:0:0:0'],
  ['::2', '0:0:0:0'],
  ['::1', '::1'],
  ['127.0.0.1', '127.0.0.1'],
  [undefined, ''],
])('B11 limits count %s as %s', (address, group) => {
  expect(addressGroup(address)).toBe(group);
});
