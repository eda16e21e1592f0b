import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { silentLog } from '../lib/log.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { eggText } from './an-egg.test-helper.ts';
import { EggCatalogue } from './catalogue.ts';
import { addressOf, checkEgg } from './check-egg.ts';
import { eggSchemaOfStore, eggTable } from './egg-table.ts';
import type { FetchText } from './fetch/fetch-text.ts';

const source = 'https://eggs.example/one.json';
const text = (year: number, more: object = {}) =>
  eggText({ exported_at: `${year}-01-01T00:00:00Z`, ...more });

let catalogue: EggCatalogue;
let asked: string[];
beforeEach(() => {
  const store = openSqliteStore({ path: `${tempDir()}/lightdeck.db`, log: silentLog });
  onTestFinished(() => store.close());
  let now = 0;
  catalogue = new EggCatalogue({
    table: eggTable(store.tables(eggSchemaOfStore)),
    now: () => {
      now += 1;
      return now;
    },
  });
  asked = [];
});

const check = (id: string, there: string) => {
  const fetchText: FetchText = async ({ url, isPrivateAllowed }) => {
    asked.push(`${url} ${isPrivateAllowed}`);
    return { text: there, url };
  };
  const { signal } = new AbortController();
  return checkEgg(id, { catalogue, fetchText, isPrivateAllowed: false, signal });
};

test('E16 the place where it is from is asked, and nothing is taken', async () => {
  const { entry } = catalogue.add(text(2026), source);
  expect(await check(entry.id, text(2026))).toMatchObject({ outcome: 'same', text: null, changes: [] });
  const newer = text(2027, { startup: 'run faster' });
  expect(await check(entry.id, newer)).toMatchObject({
    ...{ url: source, outcome: 'newer', text: newer },
    changes: [{ part: 'startup' }],
  });
  expect(asked).toEqual([`${source} false`, `${source} false`]);
  expect(catalogue.get(entry.id).sha256).toBe(entry.sha256);
});

test('E16 what is there may be older than what is here', async () => {
  const { entry } = catalogue.add(text(2026), source);
  expect(await check(entry.id, text(2025))).toMatchObject({ outcome: 'older' });
  expect(await check(entry.id, text(2026, { startup: 'x' }))).toMatchObject({ outcome: 'other' });
  catalogue.add(eggText({ exported_at: null }), source);
  expect(await check(entry.id, text(2026))).toMatchObject({ outcome: 'older' });
  expect(await check(entry.id, text(2027))).toMatchObject({ outcome: 'other' });
});

test('E16 another egg, none at all, and one from nowhere are refused in words', async () => {
  const { entry } = catalogue.add(text(2026), source);
  await expect(check(entry.id, text(2027, { name: 'Another' }))).rejects.toMatchObject({
    code: 'invalid',
    message: `At ${source} is another egg by now: Another. Import it from there if you want that one`,
  });
  await expect(check(entry.id, '<html>')).rejects.toMatchObject({ code: 'invalid' });
  await expect(check('no', text(2027))).rejects.toMatchObject({ code: 'not_found' });
  const file = catalogue.add(text(2026, { name: 'Of a file' }), 'egg.json').entry;
  await expect(check(file.id, text(2027))).rejects.toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('Nobody knows where Of a file is from'),
  });
});

test.each([
  [source, null, source],
  [null, source, source],
  ['egg.json', source, source],
  ['http://eggs.example/one.json', null, null],
  ['egg.json', null, null],
  [
    'https://github.com/pelican-eggs/minecraft: java/paper/egg paper.json',
    null,
    'https://github.com/pelican-eggs/minecraft/blob/HEAD/java/paper/egg%20paper.json',
  ],
])('E16 from %s, saying %s of itself, it is to be had at %s', (from, update_url, address) => {
  expect(addressOf({ source: from }, { update_url })).toBe(address);
});
