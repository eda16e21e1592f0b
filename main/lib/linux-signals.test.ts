import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { linuxSignalName } from './linux-signals.ts';

test.skipIf(process.platform !== 'linux')('the names are those of Linux itself', () => {
  const own = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));
  // Numbers with two names.
  for (const [number, name] of [
    [6, 'SIGABRT'],
    [29, 'SIGIO'],
    [31, 'SIGSYS'],
  ] as const)
    own.set(number, name);
  for (let number = 1; number <= 31; number += 1) expect(linuxSignalName(number)).toBe(own.get(number));
});

test.each([0, 32, 64, -1, 1.5])('%s has no name', (number) => {
  expect(linuxSignalName(number)).toBeNull();
});
