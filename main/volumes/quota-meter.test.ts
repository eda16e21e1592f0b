import { expect, test } from 'vitest';
import type { DiskUsageOptions } from './disk-usage.ts';
import { QuotaMeter } from './quota-meter.ts';

/** A meter whose clock and measurements are in the test's hand. */
function bench() {
  const state = { time: 0, used: 0, walks: 0, release: (): void => {} };
  const asked: DiskUsageOptions[] = [];
  const meter = new QuotaMeter({
    now: () => state.time,
    measure: async (_path, options) => {
      state.walks += 1;
      asked.push(options);
      await new Promise<void>((resolve) => {
        state.release = resolve;
      });
      return state.used;
    },
  });
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
  };
  const finish = async (used: number): Promise<void> => {
    state.used = used;
    state.release();
    await settle();
  };
  return { state, asked, meter, settle, finish };
}

test('asks share one walk, and there is none within ten seconds or twenty times its length', async () => {
  const { state, meter, settle, finish } = bench();
  meter.estimate('v', '/v');
  meter.estimate('v', '/v');
  await settle();
  state.time = 2_000;
  await finish(7);
  expect(state.walks).toBe(1);
  expect(meter.estimate('v', '/v')).toBe(7);
  state.time = 41_000;
  expect(await meter.current('v', '/v')).toBe(7);
  expect(state.walks).toBe(1);
  state.time = 43_000;
  expect(meter.estimate('v', '/v')).toBe(7);
  await settle();
  expect(state.walks).toBe(2);
  await finish(9);
  expect(meter.estimate('v', '/v')).toBe(9);
});

test('what is taken during a walk counts until the next one, what was taken before is in it', async () => {
  const { meter, settle, finish } = bench();
  meter.take('v', '/v', 5);
  meter.estimate('v', '/v');
  await settle();
  expect(meter.estimate('v', '/v')).toBe(5);
  meter.take('v', '/v', 3);
  meter.take('w', '/w', 100);
  await finish(6);
  expect(meter.estimate('v', '/v')).toBe(9);
});

test('two walks at the most are under way at once', async () => {
  const { state, meter, settle, finish } = bench();
  for (const id of ['a', 'b', 'c']) meter.estimate(id, `/${id}`);
  await settle();
  expect(state.walks).toBe(2);
  await finish(1);
  expect(state.walks).toBe(3);
  meter.close();
});

test('A15 what is only recorded is measured each minute at the most, and shares its walks', async () => {
  const { state, meter, settle, finish } = bench();
  expect(meter.known('v', '/v')).toBeNull();
  await settle();
  await finish(7);
  expect(meter.known('v', '/v')).toBe(7);
  state.time = 59_000;
  expect(meter.known('v', '/v')).toBe(7);
  await settle();
  expect(state.walks).toBe(1);
  meter.estimate('v', '/v');
  await settle();
  state.time = 61_000;
  await finish(8);
  expect(meter.known('v', '/v')).toBe(8);
  // It took two seconds: a hundred times that is between two walks.
  state.time = 260_000;
  meter.known('v', '/v');
  await settle();
  expect(state.walks).toBe(2);
  state.time = 262_000;
  meter.known('v', '/v');
  await settle();
  expect(state.walks).toBe(3);
  meter.close();
});

test('a walk that rests goes on at once when somebody decides by it, and rests count as no work', async () => {
  const { state, asked, meter, settle, finish } = bench();
  meter.known('v', '/v');
  await settle();
  const rest = asked[0]?.rest?.();
  state.time = 3_600_000;
  const current = meter.current('v', '/v');
  await rest;
  await finish(7);
  expect(await current).toBe(7);
  state.time += 10_000;
  meter.estimate('v', '/v');
  await settle();
  expect(state.walks).toBe(2);
  meter.close();
});

test('the walk of a volume that is gone ends, and so do all at the close', async () => {
  const { asked, meter, settle } = bench();
  meter.known('a', '/a');
  meter.known('b', '/b');
  await settle();
  meter.forget('a');
  expect(asked.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
  meter.close();
  expect(asked.map(({ signal }) => signal?.aborted)).toEqual([true, true]);
});
