import { expect, test } from 'vitest';
import type { CgroupReader } from './cgroup-reader.ts';
import { pass, readingNow, samplerScenes, TARGET } from './sampler.test-helper.ts';

const build = samplerScenes();

test('S7: one reading of a server at a time, and a slow engine piles nothing up', async () => {
  let inFlight = 0;
  let most = 0;
  const engineReading = async () => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await new Promise((resolve) => setTimeout(resolve, 6_500));
    inFlight -= 1;
    return readingNow();
  };
  const scene = build({ engineReading });
  scene.sampler.track('a', TARGET);
  scene.sampler.want('a');
  await pass(30_000);
  expect(most).toBe(1);
  expect(scene.asked.length).toBeGreaterThanOrEqual(4);
  expect(scene.asked.length).toBeLessThanOrEqual(5);
  // Slow as it is, each reading but the first gives a sample.
  expect(scene.samples.length).toBeGreaterThanOrEqual(2);
  expect(scene.samples[0]?.stats.cpu_usage).toBe(50);
});

test('S7: an engine that takes most of a second for each answer still gives a sample a second', async () => {
  const engineReading = async () => {
    await new Promise((resolve) => setTimeout(resolve, 900));
    return readingNow();
  };
  const scene = build({ engineReading });
  scene.sampler.track('a', TARGET);
  scene.sampler.want('a');
  await pass(12_000);
  expect(scene.samples.length).toBeGreaterThanOrEqual(9);
});

test('S7: the engine is asked by four at a time at most, and every server has its turn', async () => {
  let inFlight = 0;
  let most = 0;
  const engineReading = async () => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await new Promise((resolve) => setTimeout(resolve, 300));
    inFlight -= 1;
    return readingNow();
  };
  const scene = build({ engineReading });
  for (let i = 0; i < 30; i += 1) {
    scene.sampler.track(`s${i}`, { containerId: `id${i}`, pid: i + 1 });
    scene.sampler.want(`s${i}`);
  }
  await pass(10_000);
  expect(most).toBe(4);
  expect(new Set(scene.samples.map((sample) => sample.server)).size).toBe(30);
  for (let i = 0; i < 30; i += 1) scene.sampler.forget(`s${i}`);
  const before = scene.asked.length;
  await pass(10_000);
  expect(scene.asked.length).toBe(before);
});

test('S7: what comes back after the exit, or from the run before, is dropped', async () => {
  const scene = build({
    engineReading: async (id) => {
      await new Promise((resolve) => setTimeout(resolve, 800));
      return { ...readingNow(), memoryUsage: id === 'old' ? 1 : 2 };
    },
  });
  scene.sampler.track('a', { containerId: 'old', pid: 1 });
  scene.sampler.want('a');
  await pass(2_500);
  scene.sampler.untrack('a');
  scene.samples.length = 0;
  await pass(100);
  scene.sampler.track('a', { containerId: 'new', pid: 2 });
  await pass(10_000);
  expect(scene.samples.length).toBeGreaterThan(2);
  expect(new Set(scene.samples.map((sample) => sample.stats.memory_usage))).toEqual(new Set([2]));
});

test('S7: an outage of the engine is logged once, however many servers and however long, and its end too', async () => {
  let down = false;
  const scene = build({
    engineReading: async () => {
      if (down) throw new Error('connect ECONNREFUSED');
      return readingNow();
    },
  });
  for (const server of ['a', 'b', 'c']) {
    scene.sampler.track(server, { containerId: server, pid: 1 });
    scene.sampler.want(server);
  }
  await pass(3_000);
  expect(scene.lines).toEqual([]);
  down = true;
  await pass(10_000);
  expect(scene.lines.map((line) => line.level)).toEqual(['warn']);
  const viewer = scene.sampler.want('a');
  viewer();
  down = false;
  scene.samples.length = 0;
  await pass(3_000);
  expect(scene.lines.map((line) => line.level)).toEqual(['warn', 'info']);
  expect(new Set(scene.samples.map((sample) => sample.server))).toEqual(new Set(['a', 'b', 'c']));
});

test('S7: one server that fails for good among others that answer is logged once, not each second', async () => {
  const scene = build({
    engineReading: async (id) => {
      if (id === 'bad') throw new Error('broken');
      return readingNow();
    },
  });
  for (const server of ['good', 'bad']) {
    scene.sampler.track(server, { containerId: server, pid: 1 });
    scene.sampler.want(server);
  }
  await pass(10_000);
  expect(scene.lines.map((line) => line.level)).toEqual(['warn']);
});

test('S7: a container that the engine says is not running gives no sample', async () => {
  const scene = build({ engineReading: async () => null });
  scene.sampler.track('a', TARGET);
  scene.sampler.want('a');
  await pass(3_000);
  expect(scene.samples).toEqual([]);
  expect(scene.lines).toEqual([]);
});

test('S7: with readable cgroups the engine is not asked at all', async () => {
  let opened = 0;
  const cgroups: CgroupReader = {
    open: () => {
      opened += 1;
      return { read: readingNow };
    },
  };
  const scene = build({ cgroups });
  scene.sampler.track('a', TARGET);
  scene.sampler.want('a');
  await pass(5_000);
  expect(scene.samples.length).toBeGreaterThanOrEqual(4);
  expect(scene.samples.at(-1)?.stats.cpu_usage).toBe(50);
  expect(scene.asked).toEqual([]);
  expect(opened).toBe(1);
});

test('S7: without trusted cgroups the engine is asked, and the cgroups are looked for once per run', async () => {
  let opened = 0;
  const cgroups: CgroupReader = {
    open: () => {
      opened += 1;
      return null;
    },
  };
  const scene = build({ cgroups });
  scene.sampler.track('a', TARGET);
  scene.sampler.want('a');
  await pass(5_000);
  expect(scene.samples.length).toBeGreaterThanOrEqual(4);
  expect(opened).toBe(1);
  scene.sampler.track('a', { ...TARGET, pid: 7 });
  await pass(1_500);
  expect(opened).toBe(2);
});

test('S7: readings of the cgroups and of the engine are never mixed in one sample', async () => {
  let readable = true;
  const cgroups: CgroupReader = {
    open: () => (readable ? { read: () => (readable ? readingNow() : null) } : null),
  };
  // The engine's clock is an hour ahead and its counter is another.
  const engineReading = async () => ({
    ...readingNow(),
    at: Date.now() + 3_600_000,
    cpuNanos: Date.now() * 250_000,
  });
  const scene = build({ cgroups, engineReading });
  scene.sampler.track('a', TARGET);
  scene.sampler.want('a');
  await pass(4_000);
  readable = false;
  await pass(4_000);
  const shown = new Set(scene.samples.map((sample) => sample.stats.cpu_usage));
  expect(shown).toEqual(new Set([50, 25]));
});
