import { expect, test } from 'vitest';
import { QuotaMeter } from './quota-meter.ts';

/** A meter whose clock and measurements are in the test's hand. */
function bench() {
  const state = { time: 0, used: 0, walks: 0, release: (): void => {} };
  const meter = new QuotaMeter({
    now: () => state.time,
    measure: async () => {
      state.walks += 1;
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
  return { state, meter, settle, finish };
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
