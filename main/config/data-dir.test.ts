import { expect, test } from 'vitest';
import { defaultDataDir } from './data-dir.ts';

test.each([
  ['linux', { XDG_DATA_HOME: '/x' }, '/home/u', '/x/lightdeck'],
  ['linux', {}, '/home/u', '/home/u/.local/share/lightdeck'],
  ['linux', { XDG_DATA_HOME: '' }, '/home/u', '/home/u/.local/share/lightdeck'],
  ['linux', { XDG_DATA_HOME: 'relative' }, '/home/u', '/home/u/.local/share/lightdeck'],
  ['darwin', {}, '/Users/u', '/Users/u/Library/Application Support/Lightdeck'],
  ['win32', { LOCALAPPDATA: 'C:\\L', APPDATA: 'C:\\R' }, 'C:\\U', 'C:\\L\\Lightdeck'],
  ['win32', { APPDATA: 'C:\\R' }, 'C:\\U', 'C:\\R\\Lightdeck'],
  ['win32', {}, 'C:\\U', 'C:\\U\\AppData\\Local\\Lightdeck'],
] as const)('%s with %j', (platform, env, home, expected) => {
  expect(defaultDataDir({ platform, env, home })).toBe(expected);
});
