import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Wheel } from './wheel.ts';

let turns: { key: string; at: number }[] = [];
let wheel: Wheel;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  turns = [];
  wheel = new Wheel({
    interval: 1_000,
    now: () => Date.now(),
    work: (key) => turns.push({ key, at: Date.now() }),
  });
});

afterEach(() => {
  wheel.close();
  vi.useRealTimers();
});

const timesOf = (key: string) => turns.filter((turn) => turn.key === key).map((turn) => turn.at);

test('a key has a turn soon and then one each interval', () => {
  vi.advanceTimersByTime(130);
  wheel.add('a');
  vi.advanceTimersByTime(5_000);
  const times = timesOf('a');
  expect(times.length).toBe(6);
  expect(times[0]).toBeLessThanOrEqual(132);
  for (let i = 2; i < times.length; i += 1) expect((times[i] ?? 0) - (times[i - 1] ?? 0)).toBe(1_000);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(300);
});

test('many keys are spread over the interval, also their first turns over several rounds of the loop', () => {
  for (let i = 0; i < 50; i += 1) wheel.add(`k${i}`);
  vi.advanceTimersToNextTimer();
  expect(turns.length).toBe(8);
  vi.advanceTimersByTime(90);
  expect(new Set(turns.map((turn) => turn.key)).size).toBe(50);
  vi.advanceTimersByTime(2_000);
  turns = [];
  vi.advanceTimersByTime(1_000);
  const perMoment = new Map<number, number>();
  for (const { at } of turns) perMoment.set(at, (perMoment.get(at) ?? 0) + 1);
  expect(turns.length).toBe(50);
  expect([...perMoment.values()]).toEqual(Array.from({ length: 10 }, () => 5));
});

test('there is no timer without keys', () => {
  expect(vi.getTimerCount()).toBe(0);
  wheel.add('a');
  wheel.add('b');
  expect(vi.getTimerCount()).toBe(1);
  wheel.delete('a');
  wheel.delete('b');
  expect(wheel.isTurning).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(3_000);
  expect(turns).toEqual([]);
});

test('turns that a blocked loop missed are not made up for', () => {
  wheel.add('a');
  wheel.add('b');
  vi.advanceTimersByTime(2_000);
  turns = [];
  vi.setSystemTime(Date.now() + 30_000);
  vi.advanceTimersByTime(1_000);
  expect(timesOf('a').length).toBeLessThanOrEqual(2);
  expect(timesOf('b').length).toBeLessThanOrEqual(2);
  expect(timesOf('a').length).toBeGreaterThanOrEqual(1);
});

test('a key that comes back after a long silence does not get the turns in between', () => {
  wheel.add('a');
  wheel.delete('a');
  vi.advanceTimersByTime(60_000);
  wheel.add('a');
  vi.advanceTimersByTime(200);
  expect(turns.length).toBe(1);
});

test('work may remove other keys and itself', () => {
  wheel.close();
  wheel = new Wheel({
    interval: 1_000,
    now: () => Date.now(),
    work: (key) => {
      turns.push({ key, at: Date.now() });
      wheel.delete('a');
      wheel.delete('b');
    },
  });
  wheel.add('a');
  wheel.add('b');
  vi.advanceTimersByTime(3_000);
  expect(turns.length).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('adding a key again keeps its slot and gives one extra turn', () => {
  wheel.add('a');
  vi.advanceTimersByTime(2_000);
  const before = timesOf('a').length;
  wheel.add('a');
  vi.advanceTimersByTime(5);
  expect(timesOf('a').length).toBe(before + 1);
  vi.advanceTimersByTime(1_000);
  expect(timesOf('a').length).toBe(before + 2);
});
