import { expect, test } from 'vitest';
import {
  foldersOf,
  foldersProblem,
  hostProblem,
  intervalProblem,
  needsToken,
  panelProblem,
  portProblem,
  priceProblem,
} from './checks.ts';

test('numbers within their bounds', () => {
  expect([0, 2022, 65_535].map(portProblem)).toEqual([null, null, null]);
  for (const port of ['', -1, 65_536, 1.5] as const) expect(portProblem(port)).not.toBeNull();
  expect([1, 60, 86_400].map(intervalProblem)).toEqual([null, null, null]);
  for (const seconds of ['', 0, 0.5, 86_401] as const) expect(intervalProblem(seconds)).not.toBeNull();
  expect([0, 0.01].map(priceProblem)).toEqual([null, null]);
  for (const price of ['', -1, 2_000_000] as const) expect(priceProblem(price)).not.toBeNull();
});

test('a host is one word', () => {
  expect(hostProblem('0.0.0.0')).toBeNull();
  for (const host of ['', ' ', 'a b']) expect(hostProblem(host)).not.toBeNull();
});

test('a panel that is on needs a plain http address', () => {
  expect(panelProblem(false, '')).toBeNull();
  expect(panelProblem(true, 'https://panel.example/api')).toBeNull();
  for (const url of ['', 'panel.example', 'ftp://x', 'https://a:b@c', 'https://c?d', 'https://c#d'])
    expect(panelProblem(true, url)).not.toBeNull();
});

test('another place needs the token again, another path does not', () => {
  expect(needsToken('https://a/x', 'https://a/y')).toBe(false);
  expect(needsToken('', 'https://a')).toBe(false);
  for (const url of ['http://a', 'https://b', '']) expect(needsToken('https://a', url)).toBe(true);
});

test('folders by lines, absolute on either system', () => {
  expect(foldersOf(' /srv/maps \n\n/b\n')).toEqual(['/srv/maps', '/b']);
  expect(foldersProblem('/srv\nC:\\maps\n\\\\nas\\maps')).toBeNull();
  expect(foldersProblem('/srv\nmaps')).toContain('maps');
});
