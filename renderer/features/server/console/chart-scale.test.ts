import { expect, test } from 'vitest';
import { scaleTop } from './chart-scale.ts';

test('a scale fits its data: 0.3 % and 60 MiB of 2 GiB are no lines on the floor', () => {
  expect(scaleTop(0.3, { least: 1, limit: 400 })).toBe(1);
  expect(scaleTop(60, { least: 16, limit: 2048 })).toBeCloseTo(69);
});

test('the limit comes into view when the figure comes near it, and stays below the upper end', () => {
  expect(scaleTop(1500, { least: 16, limit: 2048 })).toBeGreaterThan(2048);
  expect(scaleTop(3000, { least: 16, limit: 2048 })).toBeCloseTo(3450);
  expect(scaleTop(1500, { least: 16, limit: null })).toBeCloseTo(1725);
});
