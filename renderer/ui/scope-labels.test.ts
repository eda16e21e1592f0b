import { expect, test } from 'vitest';
import { presetOf, presets, scopesInWords, serversInWords } from './scope-labels.ts';

test('I21 what a token may is told in words, by the name of a usual set where it is one', () => {
  expect(scopesInWords(null)).toBe('everything but tokens');
  expect(scopesInWords(['console.read', 'containers.read'])).toBe('Watch');
  expect(scopesInWords(['containers.read', 'files.read'])).toBe('see servers, read files');
  expect(scopesInWords([])).toBe('nothing');
  expect(presetOf(presets.everything)).toBe('everything');
  expect(presetOf(['power'])).toBeNull();
});

test('I21 servers are told by name, and one that isn’t there is said to be none', () => {
  expect(serversInWords(['a', 'nope'], [{ internal_id: 'a', name: 'Friday Craft' }])).toBe(
    'Friday Craft, nope (no such server)',
  );
});
