import { describe, expect, it } from 'vitest';
import { type Program, untilSignal } from '../support/fake-process.ts';
import { type Heart, openHeart } from '../support/heart.ts';
import { talk, talked, Viewer } from './viewer.ts';

describe('a console whose log lags behind it', () => {
  it.each([0, 50, 570])(
    '%i ms after the start: when the attachment breaks nothing is repeated',
    async (ms) => {
      const heart = await openHeart();
      heart.program(talk);
      await heart.createRunning();
      const viewer = new Viewer(heart);
      await heart.clock.run(ms);
      heart.container().log.lag();
      await heart.clock.run(100);
      heart.container().breakAttachments();
      await heart.clock.run(400);
      heart.container().log.catchUp();
      await heart.clock.run(15_000);
      viewer.take();
      expect(await heart.history()).toBe(talked);
      expect(viewer.text).toBe(talked);
    },
  );
});

/** Two long lines a second, for half a minute. */
const sixtyLines: Program = async ({ print, sleep }) => {
  for (let i = 0; i < 60; i += 1) {
    print(`line ${i} ${'x'.repeat(500)}\n`);
    await sleep(500);
  }
  return untilSignal();
};

async function numbersIn(heart: Heart, id?: string): Promise<number[]> {
  return ((await heart.history(id)).match(/line \d+/g) ?? []).map((found) => Number(found.slice(5)));
}

describe('a log that is rotated', () => {
  it('a part that was rotated away while the host was away is told as missing; what is there comes once', async () => {
    const heart = await openHeart();
    heart.program(sixtyLines);
    await heart.createRunning();
    // Until the host has noted where in the log it is.
    await heart.clock.run(15_000);
    await heart.restartHost(async () => {
      await heart.clock.run(20_000);
      heart.container().log.dropOldest(4);
    });
    await heart.clock.run(10_000);
    const numbers = await numbersIn(heart);
    expect(numbers.slice(-4)).toEqual([56, 57, 58, 59]);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(heart.host.logged.join('\n')).toMatch(/no longer in the engine's log/);
  });
});

it('S14 a log that is rotated past the anchor, but not past the history: nothing is missing or twice, nothing told', async () => {
  const heart = await openHeart();
  heart.program(sixtyLines);
  await heart.createRunning();
  await heart.clock.run(15_000);
  await heart.restartHost(async () => {
    await heart.clock.run(20_000);
    heart.container().log.dropOldest(60 - 27);
  });
  await heart.clock.run(10_000);
  const numbers = await numbersIn(heart);
  expect(numbers).toEqual(Array.from({ length: 60 }, (_, i) => i));
  expect(heart.host.logged.join('\n')).not.toMatch(/no longer in the engine's log/);
});

describe('a host that is killed a moment after it showed the beginning of a line', () => {
  it.each([0, 50, 570])('%i ms after the start: who comes back sees nothing twice', async (ms) => {
    const heart = await openHeart();
    heart.program(talk);
    await heart.createRunning();
    const viewer = new Viewer(heart);
    await heart.clock.run(ms);
    await heart.killHost();
    viewer.comeBack();
    await heart.clock.run(15_000);
    viewer.take();
    expect(await heart.history()).toBe(talked);
    expect(viewer.text).toBe(talked);
  });
});

it('of ten servers whose logs are read at once, each that was rotated away tells so, and the others are whole', async () => {
  const heart = await openHeart();
  const servers = Array.from({ length: 10 }, (_, n) => `ten-${n}`);
  for (const id of servers) {
    heart.program(sixtyLines, id);
    await heart.createRunning({}, id);
  }
  await heart.clock.run(15_000);
  const rotated = servers.filter((_, n) => n % 2 === 0);
  await heart.killHost(async () => {
    await heart.clock.run(30_000);
    for (const id of rotated) heart.container(id).log.dropOldest(4);
  });
  await heart.clock.run(10_000);
  const told = heart.host.logged.filter((line) => line.includes("no longer in the engine's log"));
  expect(told).toHaveLength(rotated.length);
  for (const id of servers) {
    const numbers = await numbersIn(heart, id);
    expect([id, numbers.slice(-4)]).toEqual([id, [56, 57, 58, 59]]);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect([id, numbers.length === 60]).toEqual([id, !rotated.includes(id)]);
  }
});

it('a reading that is given up since the server is killed is no hole: all comes when the log can be read', async () => {
  const heart = await openHeart();
  heart.program(sixtyLines);
  await heart.createRunning();
  await heart.clock.run(15_000);
  const read = heart.engine.readLog.bind(heart.engine);
  let isStuck = true;
  heart.engine.readLog = async function* (id, query, signal) {
    while (isStuck && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 100));
    yield* read(id, query, signal);
  };
  await heart.killHost(() => heart.clock.run(20_000));
  heart.power('kill');
  await heart.clock.run(5000);
  isStuck = false;
  await heart.reach('exit');
  await heart.clock.run(2000);
  expect(heart.host.logged.join('\n')).not.toMatch(/no longer in the engine's log/);
  const numbers = await numbersIn(heart);
  expect(numbers.length).toBe(60);
  expect(numbers).toEqual(numbers.map((_, index) => index));
});
