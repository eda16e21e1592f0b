import { expect, test } from 'vitest';
import { ConsoleHistory, type HistoryQuery } from './console-history.ts';
import { ConsoleModel } from './console-model.ts';

const total = 300_000;
const text = (from: number, to: number): string => 'x'.repeat(to - from);

/** A host whose history begins at `oldest`; lines are 10 bytes. */
function scene(oldest = 0) {
  const asked: HistoryQuery[] = [];
  const model = new ConsoleModel(100_000);
  const history = new ConsoleHistory(model, async (query, signal) => {
    asked.push(query);
    signal.throwIfAborted();
    const length = Number(query.lines) * 10;
    if (query.after !== undefined) {
      const from = Math.max(oldest, Number(query.after));
      const to = Math.min(total, from + length);
      return { from, to, data: text(from, to) };
    }
    const to = Number(query.before);
    const from = Math.min(to, Math.max(oldest, to - length));
    return { from, to, data: text(from, to) };
  });
  model.append(total - 10_000, text(0, 10_000));
  return { asked, model, history };
}

test('older text comes until there is none, and newer text until the live end; both in one piece', async () => {
  const { model, history } = scene();
  while (await history.loadOlder()) expect(model.holes).toEqual([]);
  expect([model.from, model.isDetached, history.isAtStart]).toEqual([0, true, true]);
  while (await history.loadNewer()) expect(model.holes).toEqual([]);
  expect([model.to, model.isDetached, history.isAtStart]).toEqual([total, false, false]);
});

test('what the host has thrown away is its beginning', async () => {
  const { model, history, asked } = scene(280_000);
  await history.loadOlder();
  expect([model.from, history.isAtStart]).toEqual([280_000, false]);
  expect(await history.loadOlder()).toBe(false);
  const count = asked.length;
  expect([await history.loadOlder(), asked.length]).toEqual([false, count]);
  await history.showStart();
  expect([model.from, history.isAtStart]).toEqual([280_000, true]);
});

test('a place far away is shown with what is around it; one that is here is not asked for', async () => {
  const { model, history, asked } = scene();
  await history.show(total - 5);
  expect(asked).toEqual([]);
  await history.show(100_000);
  expect([model.from, model.to, model.isDetached, model.holes]).toEqual([80_000, 120_000, true, []]);
  await history.show(3);
  expect([model.from, history.isAtStart]).toEqual([0, true]);
});

test('a hole is filled from its end; one load at a time; closed, nothing is loaded any more', async () => {
  const { model, history, asked } = scene();
  model.append(total + 5000, 'more');
  const first = history.fill({ from: total, to: total + 5000 });
  expect(history.fill({ from: total, to: total + 5000 })).toBe(first);
  await first;
  expect([asked.length, model.holes]).toEqual([1, []]);
  history.close();
  await expect(history.loadOlder()).rejects.toThrow();
});
