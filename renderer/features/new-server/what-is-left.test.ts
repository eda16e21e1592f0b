import { expect, test } from 'vitest';
import { cpuRange, memoryRange } from './what-is-left.ts';

const mib = 1024 * 1024;

test.each([
  [100 * mib, null],
  [1000 * mib, { step: 128, max: 896 }],
  [10_000 * mib, { step: 256, max: 9984 }],
  [64_000 * mib, { step: 512, max: 64_000 }],
])('a slider for %d bytes of memory goes to the last whole step', (memory, range) => {
  expect(memoryRange({ memory, cpu: 0 })).toEqual(range);
});

test.each([
  [0, null],
  [0.2, null],
  [3.6, { step: 0.25, max: 3.5 }],
])('one for %d cores, too', (cpu, range) => {
  expect(cpuRange({ memory: 0, cpu })).toEqual(range);
});
