import { expect, test } from 'vitest';
import { parseMountInfo } from './mount-table.ts';

test('mount points and sources are read with any number of optional fields, and unescaped', () => {
  const text = [
    '22 27 0:21 / /proc rw,relatime - proc proc rw',
    '43 27 7:0 / /srv/a\\040b\\134\\303\\274 rw,nosuid shared:1 master:2 - ext4 /dev/loop0 rw,discard',
    'nonsense',
    '',
  ].join('\n');
  expect(parseMountInfo(text)).toEqual([
    { point: '/proc', source: 'proc' },
    { point: '/srv/a b\\ü', source: '/dev/loop0' },
  ]);
});
