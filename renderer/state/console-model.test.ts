import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ConsoleModel } from './console-model.ts';

const whole = Array.from({ length: 400 }, (_, n) => `line ${n} grüße €😀\n`).join('');
const bytes = new TextEncoder().encode(whole);
/** Offsets at which a character begins. */
const borders = [...bytes.keys()].filter((at) => ((bytes[at] ?? 0) & 0xc0) !== 0x80).concat(bytes.length);
const textOf = (from: number, to: number): string => new TextDecoder().decode(bytes.subarray(from, to));

function check(model: ConsoleModel): void {
  let last = 0;
  for (const { from, to, text } of model.pieces) {
    expect(from).toBeGreaterThanOrEqual(last);
    expect(text).toBe(textOf(from, to));
    last = to;
  }
}

const stretch = fc
  .tuple(fc.nat(borders.length - 1), fc.nat(borders.length - 1))
  .map(([a, b]) => [borders[Math.min(a, b)] ?? 0, borders[Math.max(a, b)] ?? 0] as const);

it('X1 X2 whatever is inserted and appended in whatever order: each byte once, at its place', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), stretch), { maxLength: 30 }), (steps) => {
      const model = new ConsoleModel();
      for (const [isLive, [from, to]] of steps) {
        if (isLive) model.append(from, textOf(from, to));
        else model.insert({ from, to, text: textOf(from, to) });
        check(model);
      }
      const covered = steps.reduce((set, [, [from, to]]) => {
        for (let at = from; at < to; at += 1) set.add(at);
        return set;
      }, new Set<number>());
      expect(model.pieces.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(covered.size);
    }),
    { numRuns: 300 },
  );
});

it('keeps its bound: the oldest goes while live, the newest when older text is loaded', () => {
  const model = new ConsoleModel(100_000);
  let offset = 1_000_000;
  for (let n = 0; n < 100; n += 1) {
    model.append(offset, 'x'.repeat(5000));
    offset += 5000;
  }
  expect(model.to).toBe(offset);
  expect(model.isDetached).toBe(false);
  const from = model.from ?? 0;
  expect(offset - from).toBeLessThan(140_000);
  model.insert({ from: from - 80_000, to: from, text: 'y'.repeat(80_000) });
  expect(model.from).toBe(from - 80_000);
  expect(model.isDetached).toBe(true);
  model.append(offset, 'unseen');
  expect(model.end).toBe(offset + 6);
  model.attach();
  expect([model.from, model.isDetached]).toEqual([null, false]);
});

it('a hole is told with its size, and can be filled', () => {
  const model = new ConsoleModel();
  const told: unknown[] = [];
  let rebuilt = 0;
  model.listen({
    appended: (appended) => told.push(appended),
    rebuilt: () => {
      rebuilt += 1;
    },
  });
  model.append(0, 'abc');
  model.append(10, 'xyz');
  expect(told).toEqual([
    { from: 0, text: 'abc', gap: 0, startsPiece: true },
    { from: 10, text: 'xyz', gap: 7, startsPiece: true },
  ]);
  expect(model.holes).toEqual([{ from: 3, to: 10 }]);
  model.insert({ from: 0, to: 13, text: 'abcdefghijxyz' });
  expect(model.holes).toEqual([]);
  expect(rebuilt).toBe(1);
});

it('is live again when what was loaded reaches the end, however that is reached', () => {
  const model = new ConsoleModel(100_000);
  model.append(500_000, 'x'.repeat(90_000));
  model.insert({ from: 400_000, to: 500_000, text: 'y'.repeat(100_000) });
  expect(model.isDetached).toBe(true);
  model.append(590_000, 'new');
  const to = model.to ?? 0;
  model.insert({ from: to, to: 590_000, text: 'x'.repeat(590_000 - to) });
  expect(model.isDetached).toBe(true);
  model.insert({ from: 590_000, to: 590_003, text: 'new' });
  expect([model.isDetached, model.to]).toEqual([false, 590_003]);
  model.show({ from: 0, to: 5, text: 'first' });
  expect([model.isDetached, model.end, model.from, model.to]).toEqual([true, 590_003, 0, 5]);
  expect([model.has(4), model.has(5)]).toEqual([true, false]);
  model.show({ from: 590_000, to: 590_003, text: 'new' });
  expect(model.isDetached).toBe(false);
});
