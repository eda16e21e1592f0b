import { expect, test } from 'vitest';
import { desktopArguments } from './desktop-arguments.ts';

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
