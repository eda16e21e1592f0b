import { expect, test } from 'vitest';
import { parseMountinfo } from './mountinfo.ts';

test('mounts are read with any number of optional fields, and unescaped byte by byte', () => {
  const text = [
    '22 27 0:21 / /proc rw,relatime - proc proc rw',
    '43 27 7:0 /part\\040a /srv/ä\\040b\\134\\303\\274 rw,nosuid shared:1 master:2 - ext4 /dev/loop0 rw,discard',
    '44 27 0:30 / /sys/fs/cgroup/ü\\040 rw - cgroup cgroup rw,cpu,cpuacct',
    'nonsense',
    '',
  ].join('\n');
  expect(parseMountinfo(text)).toEqual([
    { device: '0:21', root: '/', point: '/proc', type: 'proc', source: 'proc', options: ['rw'] },
    {
      device: '7:0',
      root: '/part a',
      point: '/srv/ä b\\ü',
      type: 'ext4',
      source: '/dev/loop0',
      options: ['rw', 'discard'],
    },
    {
      device: '0:30',
      root: '/',
      point: '/sys/fs/cgroup/ü ',
      type: 'cgroup',
      source: 'cgroup',
      options: ['rw', 'cpu', 'cpuacct'],
    },
  ]);
});
