import { expect, test } from 'vitest';
import { argumentsAgain, asksForWords, desktopArguments } from './desktop-arguments.ts';

test('keeps our options and leaves out Chromium’s and the app’s path', () => {
  const argv = [
    'electron',
    '--inspect=0',
    '--remote-debugging-port=0',
    '.',
    '--data',
    '/d',
    '--port=0',
    '--dev',
    '--no-sandbox',
  ];
  expect(desktopArguments(argv)).toEqual(['--data', '/d', '--port=0', '--dev']);
});

test.each([
  ['lightdeck', ['--version'], ['--version']],
  ['lightdeck', ['--no-sandbox', '--help'], ['--help']],
  ['lightdeck', ['--token', 'what', '--data', '/d'], ['--token', 'what', '--data', '/d']],
  ['lightdeck', ['--token', 'set', 'lightd_x', 'more'], ['--token', 'set', 'lightd_x']],
  ['lightdeck', ['--servers=2', '--json'], ['--servers=2', '--json']],
])('%s %j asks for words', (program, argv, own) => {
  expect(desktopArguments([program, ...argv])).toEqual(own);
  expect(asksForWords(own)).toBe(true);
});

test.each([[[]], [['--data', '/d']], [['--dev']], [['--json']]])('%j asks for a window', (own: string[]) => {
  expect(asksForWords(own)).toBe(false);
});

test('a start after an update has the arguments again, but follows no link twice and hides nothing', () => {
  const argv = ['/mnt/lightdeck', '--data', '/d', '--hidden', 'lightdeck://servers/one/stop', '--port=0'];
  expect(argumentsAgain(argv)).toEqual(['--data', '/d', '--port=0']);
});
