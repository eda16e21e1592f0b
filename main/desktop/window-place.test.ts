import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PlacedWindow, placeOf, placeWindow, smallest, type WindowPlace } from './window-place.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1040 };
const second = { x: 1920, y: 200, width: 1280, height: 720 };
const at = (x: number, y: number, width = 1000, height = 700): WindowPlace => ({
  x,
  y,
  width,
  height,
  maximized: false,
});

test('the first time: the usual size, in the middle', () => {
  expect(placeWindow(null, [screen])).toEqual(at(320, 120, 1280, 800));
});

test.each([
  ['where it was', at(10, 20), [screen], at(10, 20)],
  ['on the second screen', at(2000, 300), [screen, second], at(2000, 300)],
  ['the second screen is gone: in the middle of the first', at(2000, 300), [screen], at(460, 170)],
  ['its title bar is above the screen', at(100, -30), [screen], at(460, 170)],
  ['all but a corner is beside the screen', at(1850, 100), [screen], at(460, 170)],
  ['larger than the screen by now', at(0, 0, 4000, 3000), [second], at(1920, 200, 1280, 720)],
  ['no screen is told', at(2000, 300, 900, 600), [], at(190, 100, 900, 600)],
])('%s', (_name, last, screens, expected) => {
  expect(placeWindow(last, screens)).toEqual(expected);
});

test('whatever was kept and whatever screens there are: it can be reached, and is neither too small nor too large', () => {
  const number = fc.integer({ min: -5000, max: 5000 });
  const size = fc.integer({ min: 500, max: 5000 });
  const box = fc.record({ x: number, y: number, width: size, height: size });
  const place = fc.record({
    x: number,
    y: number,
    width: fc.integer({ min: 1, max: 9000 }),
    height: fc.integer({ min: 1, max: 9000 }),
    maximized: fc.boolean(),
  });
  fc.assert(
    fc.property(place, fc.array(box, { minLength: 1, maxLength: 3 }), (last, screens) => {
      const { x, y, width, height } = placeWindow(last, screens);
      expect(
        screens.some(
          (one) =>
            y >= one.y &&
            y < one.y + one.height &&
            Math.min(x + width, one.x + one.width) - Math.max(x, one.x) >= 100,
        ),
      ).toBe(true);
      expect(width).toBeGreaterThanOrEqual(smallest.width);
      expect(height).toBeGreaterThanOrEqual(smallest.height);
      expect(width).toBeLessThanOrEqual(Math.max(...screens.map((one) => one.width)));
    }),
  );
});

test('what is maximised or on the full screen remembers where it was before', () => {
  const screen = { x: 0, y: 51, width: 1366, height: 809 };
  const usual = { x: 43, y: 56, width: 1280, height: 800 };
  const seen = (
    bounds: typeof screen,
    state: 'normal' | 'maximized' | 'fullscreen' | 'minimized',
  ): PlacedWindow => ({
    getBounds: () => bounds,
    isMaximized: () => state === 'maximized',
    isFullScreen: () => state === 'fullscreen',
    isMinimized: () => state === 'minimized',
  });
  const first = placeOf(seen(usual, 'normal'), { ...screen, maximized: true });
  expect(first).toEqual({ ...usual, maximized: false });
  expect(placeOf(seen(screen, 'maximized'), first)).toEqual({ ...usual, maximized: true });
  expect(placeOf(seen(screen, 'fullscreen'), first)).toEqual({ ...usual, maximized: false });
  const large = { ...usual, maximized: true };
  expect(placeOf(seen(screen, 'minimized'), large)).toEqual(large);
});
