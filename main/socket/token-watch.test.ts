import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Scope } from '../lib/scope.ts';
import { TokenWatch } from './token-watch.ts';

let scope: Scope;
beforeEach(() => {
  vi.useFakeTimers();
  scope = new Scope();
});
afterEach(() => {
  scope.close();
  vi.useRealTimers();
});

function watch(livesMs: number | null) {
  const told: string[] = [];
  const expiresAt = livesMs === null ? null : Date.now() + livesMs;
  const onExpiring = (seconds: number): void => void told.push(`expiring ${seconds}`);
  const token = new TokenWatch({ expiresAt, scope, onExpiring, onExpired: () => void told.push('expired') });
  return { token, told };
}
/** The clock goes on by so much, and no timer notices: the machine slept, or somebody set it. */
const jump = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

it('S3 warns a minute before the end, once, then tells the end', () => {
  const { token, told } = watch(3_600_000);
  vi.advanceTimersByTime(3_539_000);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1_100);
  token.look();
  expect(told).toEqual(['expiring 60']);
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(['expiring 60', 'expired']);
});

it('S3 warns at once, after the first frames, where less is left', () => {
  const { told } = watch(5_000);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(0);
  expect(told).toEqual(['expiring 5']);
});

it('S3 a token that lives longer than a timer can wait is good that long', () => {
  const { token, told } = watch(100 * 24 * 3_600_000);
  vi.advanceTimersByTime(99 * 24 * 3_600_000);
  expect([token.isGood(), told]).toEqual([true, []]);
  vi.advanceTimersByTime(2 * 24 * 3_600_000);
  expect(told).toEqual(['expiring 60', 'expired']);
});

it('G11 S3 the end is that of the clock, also where no timer noticed that time went by', () => {
  const { token, told } = watch(3_600_000);
  jump(3_550_000);
  token.look();
  expect(told).toEqual(['expiring 50']);
  jump(50_000);
  expect(token.isGood()).toBe(false);
  token.look();
  expect(told.slice(0, 2)).toEqual(['expiring 50', 'expired']);
});

it('G11 S3 a clock that was set back makes no token end early', () => {
  const { token, told } = watch(10_000);
  vi.advanceTimersByTime(0);
  jump(-3_600_000);
  vi.advanceTimersByTime(20_000);
  token.look();
  expect([token.isGood(), told]).toEqual([true, ['expiring 10']]);
});

it('S3 the master token never ends', () => {
  const { token, told } = watch(null);
  jump(10 ** 12);
  token.look();
  expect([token.isGood(), told]).toEqual([true, []]);
});
