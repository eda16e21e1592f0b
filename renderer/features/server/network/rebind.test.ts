import { expect, test } from 'vitest';
import { type Row, rowProblem } from './rebind.ts';
import { strings } from './strings.ts';

const row = (key: number, more: Partial<Row>): Row => ({
  key,
  ip: '0.0.0.0',
  host: 7000,
  container: 1,
  protocol: 'tcp',
  ...more,
});

test('a number is needed, and the same port on addresses that meet is told at the second', () => {
  const rows = [
    row(0, {}),
    row(1, { protocol: 'udp' }),
    row(2, { ip: '192.0.2.1' }),
    row(3, { ip: '::' }),
    row(4, { host: null }),
    row(5, { host: 70_000 }),
  ];
  expect(rows.map((one) => rowProblem(one, rows))).toEqual([
    null,
    null,
    strings.twice,
    null,
    strings.needsPort,
    strings.needsPort,
  ]);
});
