import { describe, expect, test, vi } from 'vitest';
import { pass, readingNow, samplerScenes, TARGET } from './sampler.test-helper.ts';

const build = samplerScenes();

test('S7: a running server that is wanted gets about one sample a second, the first with its second reading', async () => {
  const scene = build();
  scene.sampler.track('a', TARGET);
  scene.sampler.want('a');
  await pass(20);
  expect(scene.asked.length).toBe(1);
  expect(scene.samples).toEqual([]);
  expect(scene.sampler.last('a')).toBeNull();
  await pass(10_000);
  expect(scene.samples.length).toBeGreaterThanOrEqual(9);
  expect(scene.samples.length).toBeLessThanOrEqual(11);
  const newest = scene.samples.at(-1);
  expect(newest?.server).toBe('a');
  expect(newest?.stats).toMatchObject({ cpu_usage: 50, memory_usage: 1_000_000, memory_limit: 8_000_000 });
  expect(scene.sampler.last('a')).toEqual(newest?.stats);
});

test('S7: nothing is read and no timer runs while nobody wants it or it does not run', async () => {
  const scene = build();
  scene.sampler.track('a', TARGET);
  scene.sampler.want('b');
  await pass(5_000);
  expect(scene.asked).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
  const dispose = scene.sampler.want('a');
  await pass(2_000);
  expect(scene.asked.length).toBeGreaterThan(1);
  dispose();
  const before = scene.asked.length;
  expect(vi.getTimerCount()).toBe(0);
  await pass(5_000);
  expect(scene.asked.length).toBe(before);
  scene.sampler.want('a');
  scene.sampler.untrack('a');
  expect(vi.getTimerCount()).toBe(0);
});

test('S7: a server is sampled until the last of several stops wanting, and an undo counts once', async () => {
  const scene = build();
  scene.sampler.track('a', TARGET);
  const first = scene.sampler.want('a');
  const second = scene.sampler.want('a');
  first();
  first();
  await pass(3_000);
  expect(scene.samples.length).toBeGreaterThanOrEqual(2);
  second();
  const before = scene.samples.length;
  await pass(3_000);
  expect(scene.samples.length).toBe(before);
});

test('S7: at the exit listeners get one sample with CPU and memory 0 and the totals as they were', async () => {
  const scene = build();
  scene.sampler.track('a', TARGET);
  scene.sampler.want('a');
  await pass(3_000);
  const before = scene.samples.at(-1)?.stats;
  scene.samples.length = 0;
  scene.sampler.untrack('a');
  scene.sampler.untrack('a');
  expect(scene.samples.length).toBe(1);
  expect(scene.samples[0]?.stats).toEqual({ ...before, cpu_usage: 0, memory_usage: 0 });
  expect(scene.sampler.last('a')).toEqual(scene.samples[0]?.stats);
  await pass(3_000);
  expect(scene.samples.length).toBe(1);
});

test('S7: a run too short for a sample still ends with one, with the totals of its only reading', async () => {
  const scene = build();
  scene.sampler.track('a', TARGET);
  scene.sampler.want('a');
  await pass(10);
  scene.sampler.untrack('a');
  expect(scene.samples.length).toBe(1);
  expect(scene.samples[0]?.stats).toMatchObject({
    cpu_usage: 0,
    memory_usage: 0,
    memory_limit: 8_000_000,
    block_write: 40,
  });
});

test('S7: an exit of which nothing is known is told to whom wants it, and to nobody else', async () => {
  const scene = build();
  scene.sampler.track('a', TARGET);
  scene.sampler.untrack('a');
  expect(scene.samples).toEqual([]);
  expect(scene.sampler.last('a')).toBeNull();
  scene.sampler.want('a');
  scene.sampler.track('a', TARGET);
  scene.sampler.untrack('a');
  expect(scene.samples.length).toBe(1);
  expect(Object.values(scene.samples[0]?.stats ?? { none: 1 }).every((value) => value === 0)).toBe(true);
});

test('S7: after a while without samples the first one is of now, not an average over the pause', async () => {
  let cpuNanos = 0;
  const scene = build({ engineReading: async () => ({ ...readingNow(), cpuNanos }) });
  scene.sampler.track('a', TARGET);
  const dispose = scene.sampler.want('a');
  await pass(2_000);
  dispose();
  scene.samples.length = 0;
  await pass(60_000);
  cpuNanos = 30e9;
  scene.sampler.want('a');
  await pass(2_000);
  expect(scene.samples.length).toBeGreaterThanOrEqual(1);
  expect(scene.samples.map((sample) => sample.stats.cpu_usage)).toEqual(scene.samples.map(() => 0));
});

test('S7: a new process of the same container begins anew; the same one told again does not', async () => {
  let cpuNanos = 100e9;
  const scene = build({ engineReading: async () => ({ ...readingNow(), cpuNanos }) });
  scene.sampler.track('a', TARGET);
  scene.sampler.want('a');
  await pass(3_000);
  scene.samples.length = 0;
  cpuNanos = 130e9;
  scene.sampler.track('a', { ...TARGET, pid: 101 });
  await pass(2_500);
  expect(scene.samples.every((sample) => sample.stats.cpu_usage === 0)).toBe(true);
  expect(scene.samples.length).toBeGreaterThanOrEqual(1);
  scene.samples.length = 0;
  scene.sampler.track('a', { ...TARGET, pid: 101 });
  await pass(1_000);
  expect(scene.samples.length).toBe(1);
});

test('S7: a throwing listener hurts neither the others nor the sampler', async () => {
  const scene = build();
  scene.sampler.onSample(() => {
    throw new Error('mine');
  });
  let heard = 0;
  const dispose = scene.sampler.onSample(() => {
    heard += 1;
  });
  scene.sampler.track('a', TARGET);
  scene.sampler.want('a');
  await pass(3_000);
  expect(heard).toBeGreaterThanOrEqual(2);
  expect(scene.lines.every((line) => line.level === 'error')).toBe(true);
  dispose();
  const before = heard;
  await pass(2_000);
  expect(heard).toBe(before);
});

test('a forgotten server has no last sample, is not sampled, and its viewers may stay', async () => {
  const scene = build();
  scene.sampler.track('a', TARGET);
  const dispose = scene.sampler.want('a');
  await pass(3_000);
  scene.sampler.forget('a');
  expect(scene.sampler.last('a')).toBeNull();
  expect(vi.getTimerCount()).toBe(0);
  scene.samples.length = 0;
  await pass(3_000);
  expect(scene.samples).toEqual([]);
  scene.sampler.track('a', TARGET);
  await pass(3_000);
  expect(scene.samples.length).toBeGreaterThanOrEqual(1);
  dispose();
  dispose();
  expect(vi.getTimerCount()).toBe(0);
});

test('after close nothing happens any more, not even from a reading under way', async () => {
  const scene = build({
    engineReading: async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return readingNow();
    },
  });
  scene.sampler.track('a', TARGET);
  const dispose = scene.sampler.want('a');
  await pass(1_050);
  scene.samples.length = 0;
  scene.sampler.close();
  await pass(5_000);
  dispose();
  scene.sampler.track('b', TARGET);
  scene.sampler.want('b')();
  scene.sampler.untrack('a');
  expect(scene.samples).toEqual([]);
  expect(scene.sampler.last('a')).toBeNull();
});

describe('a single reading', () => {
  test('is taken of a server that nobody watches, by the engine once, and sets no timer', async () => {
    const { sampler, asked, samples } = build();
    expect(await sampler.read('a')).toBeNull();
    sampler.track('a', TARGET);
    expect(await sampler.read('a')).toEqual({ run: `${TARGET.containerId}:100`, reading: readingNow() });
    expect([asked.length, samples.length, vi.getTimerCount()]).toEqual([1, 0, 0]);
  });

  test('of a watched server costs nothing: it is the last one', async () => {
    const { sampler, asked } = build();
    sampler.track('a', TARGET);
    sampler.want('a');
    await pass(3500);
    const before = asked.length;
    const found = await sampler.read('a');
    expect(asked.length).toBe(before);
    expect(Date.now() - (found?.reading.at ?? 0)).toBeLessThanOrEqual(1000);
  });

  test('that fails, or comes after the run has ended, is null', async () => {
    const failing = build({ engineReading: async () => Promise.reject(new Error('away')) });
    failing.sampler.track('a', TARGET);
    expect(await failing.sampler.read('a')).toBeNull();
    const { sampler } = build();
    sampler.track('a', TARGET);
    const late = sampler.read('a');
    sampler.untrack('a');
    expect(await late).toBeNull();
  });

  test('that waits when the sampler closes is null', async () => {
    const { sampler } = build({ engineReading: () => new Promise(() => {}) });
    const waiting = Array.from({ length: 10 }, (_, index) => {
      sampler.track(`s${index}`, TARGET);
      return sampler.read(`s${index}`);
    });
    sampler.close();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([null]));
    expect(await sampler.read('s1')).toBeNull();
  });
});
