import { expect, it } from 'vitest';
import { sectionAt } from './scroll-spy.ts';

it('the section that is read is the last one that has begun; at the end the last', () => {
  expect(sectionAt([], 100, true)).toBe(0);
  expect(sectionAt([200, 900], 100, false)).toBe(0);
  expect(sectionAt([-300, 90, 600], 100, false)).toBe(1);
  expect(sectionAt([-300, 90, 600], 100, true)).toBe(2);
});
