import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { FrameStore } from './frame-store.ts';
import { fakeFrames } from './frames.test-helper.ts';

afterEach(() => vi.unstubAllGlobals());

it('tells once a frame, however much changes, and only if something did', () => {
  const change = fc.oneof(
    fc.record({ a: fc.nat(9) }),
    fc.record({ b: fc.nat(9) }),
    fc.record({ a: fc.nat(9), b: fc.nat(9) }),
  );
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 5 }), { maxLength: 8 }), (frames) => {
      const page = fakeFrames();
      const first = { a: 0, b: 0 };
      const view = new FrameStore(first);
      const told: object[] = [];
      view.store.subscribe((state) => told.push(state));
      let now = first;
      const expected: object[] = [];
      for (const changes of frames) {
        for (const one of changes) {
          view.change(one);
          now = { ...now, ...one };
          expect(view.current).toEqual(now);
          expect(page.waiting).toBe(1);
        }
        if (changes.length > 0) expected.push(now);
        page.next();
        expect(view.store.getState()).toEqual(now);
      }
      expect(told).toEqual(expected);
    }),
  );
});

it('a hidden page is told nothing, and all at once when it is seen again', () => {
  const page = fakeFrames();
  const view = new FrameStore({ count: 0 });
  const told: number[] = [];
  view.store.subscribe(({ count }) => told.push(count));
  for (let count = 1; count <= 1000; count += 1) view.change({ count });
  expect([told, page.waiting, view.store.getState().count, view.current.count]).toEqual([[], 1, 0, 1000]);
  page.next();
  expect(told).toEqual([1000]);
  page.next();
  expect(told).toEqual([1000]);
});

it('what a listener changes is told with the next frame', () => {
  const page = fakeFrames();
  const view = new FrameStore({ count: 0 });
  const told: number[] = [];
  view.store.subscribe(({ count }) => {
    told.push(count);
    if (count === 1) view.change({ count: 2 });
  });
  view.change({ count: 1 });
  page.next();
  expect([told, page.waiting]).toEqual([[1], 1]);
  page.next();
  expect([told, view.current.count]).toEqual([[1, 2], 2]);
});
