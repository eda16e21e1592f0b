import { expect, test } from 'vitest';
import { KeptText, type UnsavedText } from './kept-text.ts';

const text = (path: string): UnsavedText => ({
  volume: 'v',
  path,
  file: { text: 'mine', hasBom: false, ending: '\n' },
  base: 'theirs',
});

test('a text that was taken away is found by its file until it is dropped, and closing asks as long', () => {
  const asked = new EventTarget();
  const closes = (): boolean => asked.dispatchEvent(new Event('beforeunload', { cancelable: true }));
  const kept = new KeptText(asked);
  expect([kept.of('v', 'a'), closes()]).toEqual([null, true]);
  kept.keep(text('a'));
  expect([kept.of('v', 'b'), kept.of('w', 'a'), closes()]).toEqual([null, null, false]);
  expect(kept.of('v', 'a')).toEqual(text('a'));
  expect(kept.of('v', 'a')).toEqual(text('a'));
  // One at most.
  kept.keep(text('b'));
  expect([kept.of('v', 'a'), kept.of('v', 'b')?.path]).toEqual([null, 'b']);
  kept.drop();
  expect([kept.of('v', 'b'), closes()]).toEqual([null, true]);
});
