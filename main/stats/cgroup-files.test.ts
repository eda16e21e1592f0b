import { expect, test } from 'vitest';
import {
  memoryInUse,
  parseBlkio,
  parseField,
  parseIoStat,
  parseLimit,
  parseMeminfo,
  parseNetDev,
  parseSingle,
} from './cgroup-files.ts';

test('a file of one number', () => {
  expect(parseSingle('49567164\n')).toBe(49567164);
  expect(() => parseSingle('')).toThrow('not a number');
  expect(() => parseSingle('max\n')).toThrow('not a number');
});

test('S7: no limit, in v1 or v2 words, is the host memory', () => {
  expect(parseLimit('268435456\n', 1e10)).toBe(268435456);
  expect(parseLimit('max\n', 1e10)).toBe(1e10);
  expect(parseLimit('9223372036854771712\n', 1e10)).toBe(1e10);
});

test('a field is found by its whole name, at the beginning, in the middle and at the end', () => {
  const stat = 'inactive_file 1\ntotal_inactive_file 22\nactive_file 3';
  expect(parseField(stat, 'inactive_file')).toBe(1);
  expect(parseField(stat, 'total_inactive_file')).toBe(22);
  expect(parseField(stat, 'active_file')).toBe(3);
  expect(parseField(stat, 'file')).toBeNull();
  expect(parseField(stat, 'inactive')).toBeNull();
});

test('S7: the inactive cache is taken off as docker stats does it', () => {
  expect(memoryInUse(100, 30)).toBe(70);
  expect(memoryInUse(100, 130)).toBe(100);
  expect(memoryInUse(100, null)).toBe(100);
});

test('S7: v1 block totals sum the devices and leave the sums and the other operations out', () => {
  const text =
    '8:0 Read 4096\n8:0 Write 100\n8:0 Sync 4196\n8:0 Async 0\n8:0 Discard 7\n8:0 Total 4196\n' +
    '254:16 Read 4\n254:16 Write 1\nTotal 4201\n';
  expect(parseBlkio(text)).toEqual({ read: 4100, write: 101 });
  expect(parseBlkio('Total 0\n')).toEqual({ read: 0, write: 0 });
  expect(parseBlkio('')).toEqual({ read: 0, write: 0 });
});

test('S7: v2 block totals sum the devices', () => {
  const text =
    '8:0 rbytes=4096 wbytes=100 rios=1 wios=2 dbytes=900 dios=1\n' +
    '254:16 rbytes=4 wbytes=1 rios=1 wios=1 dbytes=0 dios=0\n7:0 \n';
  expect(parseIoStat(text)).toEqual({ read: 4100, write: 101 });
  expect(parseIoStat('')).toEqual({ read: 0, write: 0 });
});

test('S7: network totals sum all interfaces but the loopback, also when a number touches the name', () => {
  const text = [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '    lo:    5000      50    0    0    0     0          0         0     5000      50    0    0    0     0       0          0',
    '  eth0:     842       9    0    0    0     0          0         0       11       1    0    0    0     0       0          0',
    'eth1:4294967296      9    0    0    0     0          0         0      100       1    0    0    0     0       0          0',
    '',
  ].join('\n');
  expect(parseNetDev(text)).toEqual({ rx: 4294968138, tx: 111 });
});

test('meminfo is in KiB', () => {
  const text = 'MemTotal:       24684084 kB\nMemFree:        1 kB\nMemAvailable:   20000000 kB\n';
  expect(parseMeminfo(text, 'MemTotal')).toBe(24684084 * 1024);
  expect(parseMeminfo(text, 'MemAvailable')).toBe(20000000 * 1024);
  expect(parseMeminfo('MemTotal: lots\n', 'MemTotal')).toBeNull();
});
