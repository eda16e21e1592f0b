import { afterEach, expect, test, vi } from 'vitest';
import { speak, textsOf } from '../../shared/texts/messages.ts';

const en = {
  plain: 'It’s there',
  of: '{used} of {total}',
  files: '{count, plural, one {one file} other {{count} files}}',
  grouped: '{count, number} lines',
  braces: "for each '{time}'",
  tag: '<b>{name}</b>',
};

const english = (): void => speak({ locale: 'en', rooms: null });
const german = (texts: Record<string, string>): void => speak({ locale: 'de', rooms: { room: texts } });
afterEach(() => {
  english();
  vi.unstubAllGlobals();
  vi.resetModules();
});

test('English texts come with their values; a number stays as it is where it stands plain', () => {
  const t = textsOf('room', en);
  expect(t('plain')).toBe('It’s there');
  expect(t('of', { used: 1500, total: '2 GiB' })).toBe('1500 of 2 GiB');
  expect([0, 1, 1500].map((count) => t('files', { count }))).toEqual(['0 files', 'one file', '1500 files']);
  expect(t('grouped', { count: 1500 })).toBe('1,500 lines');
  expect(t('braces')).toBe('for each {time}');
  expect(t('tag', { name: '<i>' })).toBe('<b><i></b>');
});

test('German texts take the place of English ones, with German numbers; what is missing stays English', () => {
  german({ plain: 'Es ist da', grouped: '{count, number} Zeilen', of: '{total}, davon {used}' });
  const t = textsOf('room', en);
  expect(t('plain')).toBe('Es ist da');
  expect(t('grouped', { count: 1500 })).toBe('1.500 Zeilen');
  expect(t('of', { used: 1, total: 2 })).toBe('2, davon 1');
  expect(t('files', { count: 1 })).toBe('one file');
  expect(textsOf('another-room', en)('plain')).toBe('It’s there');
});

test('a broken text is never an error: English is shown, or what is written', () => {
  german({ of: '{used' });
  expect(textsOf('room', en)('of', { used: 1, total: 2 })).toBe('1 of 2');
  english();
  expect(textsOf('room', { broken: 'a {b' })('broken')).toBe('a {b');
  expect(textsOf('room', en)('of')).toBe('{used} of {total}');
});

test('what is taken when a file is loaded is German, too, if that was loaded before', async () => {
  vi.stubGlobal('document', { documentElement: { lang: '' } });
  vi.stubGlobal('navigator', { languages: ['fr', 'de-AT', 'en'] });
  const { loadTexts } = await import('./load.ts');
  await loadTexts({ de: async () => ({ rooms: { 'ui/format': { percent: '{value} vom Hundert' } } }) });
  expect(document.documentElement.lang).toBe('de');
  const { percent, bytes } = await import('../../renderer/ui/format.ts');
  expect(percent(2.5)).toBe('2,5 vom Hundert');
  expect(bytes(1536 * 1024)).toBe('1,50 MiB');
  const { parseAmount, sayAmount } = await import('../../renderer/ui/amount.ts');
  expect(sayAmount(1536)).toBe('1,5 GiB');
  expect(parseAmount(sayAmount(1536))).toBe(1536);
});

test('where German can not be loaded the page speaks English', async () => {
  vi.stubGlobal('document', { documentElement: { lang: '' } });
  vi.stubGlobal('navigator', { languages: ['de'] });
  const { loadTexts } = await import('./load.ts');
  await loadTexts({ de: () => Promise.reject(new Error('the connection broke')) });
  expect(document.documentElement.lang).toBe('en');
  expect((await import('../../renderer/ui/format.ts')).bytes(1536 * 1024)).toBe('1.50 MiB');
});

test('all German files are found by the rooms that use them', async () => {
  const { rooms } = await import('./de.ts');
  expect(rooms['features/sign-in/strings']?.submit).toBe('Verbinden');
  expect(rooms.boot?.broken).toContain('neu laden');
});
