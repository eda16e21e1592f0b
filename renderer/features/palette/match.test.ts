import { expect, it } from 'vitest';
import { score } from './match.ts';

const names = ['Survival', 'Creative', 'Valheim', 'Start Survival', 'Stop Survival', 'Überleben', 'Settings'];
const found = (query: string): string[] =>
  names
    .map((label) => ({ label, rank: score(query, { label, keywords: '' }) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => (b.rank ?? 0) - (a.rank ?? 0))
    .map(({ label }) => label);

it('finds by the beginning, by letters in order, by words in any order, without case and accents', () => {
  expect(found('surv')[0]).toBe('Survival');
  expect(found('VALH')).toEqual(['Valheim']);
  expect(found('survival start')).toEqual(['Start Survival']);
  expect(found('sts')[0]).toMatch(/^St.* Survival$/);
  expect(found('uber')).toEqual(['Überleben']);
  expect(found('xyz')).toEqual([]);
});

it('other names must be in it as a whole, and count less than the name shown', () => {
  const byAddress = score('25565', { label: 'Survival', keywords: '192.168.1.20:25565 running' });
  expect(byAddress).not.toBeNull();
  expect(score('2565', { label: 'Survival', keywords: '192.168.1.20:25565' })).toBeNull();
  expect(score('survival', { label: 'Survival', keywords: '' })).toBeGreaterThan(
    score('survival', { label: 'Other', keywords: 'survival' }) ?? 0,
  );
});

it('an empty query fits everything alike', () => {
  expect(score('  ', { label: 'ab', keywords: '' })).toBeCloseTo(0, 1);
});
