import { expect, test } from 'vitest';
import { needsTooMuch } from './upload-room.ts';

const file = (size: number) => ({ file: new File(['x'.repeat(size)], 'f'), sent: 0 });

test('I19 files that can’t fit are refused before their first byte, with what is missing', () => {
  const needs = (
    sizes: number[],
    free: number,
    underWay: Parameters<typeof needsTooMuch>[0]['underWay'] = [],
  ) => needsTooMuch({ files: sizes.map((size) => ({ size })), underWay, free });
  expect(needs([60, 40], 100)).toBeNull();
  expect(needs([60, 41], 100)).toMatch(/101 B.*100 B/);
  expect(needs([0], 0)).toBeNull();
  // What is on its way needs its room, too; what is there already is counted by the host.
  const sending = { ...file(80), state: 'sending' as const, sent: 30 };
  const waiting = { ...file(10), state: 'waiting' as const };
  expect(needs([40], 100, [sending, waiting])).toBeNull();
  expect(needs([41], 100, [sending, waiting])).toMatch(/41 B.*40 B/);
  expect(needs([41], 100, [{ ...file(90), state: 'failed' as const }])).toBeNull();
});
