import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { writeAtomically } from '../lib/write-atomically.ts';
import { AppImageEntry } from './app-image-entry.ts';
import type { Asked } from './tray-host.ts';

let home: string;
let image: string;
let ran: string[];

beforeEach(() => {
  home = tempDir();
  image = join(home, 'My Games & 100%', 'Lightdeck=1.AppImage');
  ran = [];
  writeFileSync(join(home, 'icon.png'), 'a picture');
});

const entryOf = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform = 'linux') =>
  new AppImageEntry({
    platform,
    env,
    home,
    icon: join(home, 'icon.png'),
    write: writeAtomically,
    run: async (program, args): Promise<Asked> => {
      ran.push([program, ...args].join(' '));
      return { is: 'missing' };
    },
  });

const place = (): string => join(home, '.local/share/applications/lightdeck.desktop');

test('what is no AppImage has none to offer', async () => {
  for (const one of [
    entryOf({}),
    entryOf({ APPIMAGE: image }, 'win32'),
    entryOf({ APPIMAGE: 'rel.AppImage' }),
  ]) {
    expect(one.state()).toBe('unavailable');
    await one.set(true);
    await one.refresh();
  }
  expect(readdirSync(home)).toEqual(['icon.png']);
});

test('nothing is written until the user says so; then links and the menu have it, and off leaves nothing', async () => {
  const entry = entryOf({ APPIMAGE: image });
  await entry.refresh();
  expect([entry.state(), existsSync(place())]).toEqual(['off', false]);
  await entry.set(true);
  expect(entry.state()).toBe('on');
  const text = readFileSync(place(), 'utf8');
  expect(text).toContain('MimeType=x-scheme-handler/lightdeck;\n');
  expect(text).not.toContain('no-sandbox');
  expect(/^Icon=(.*)$/m.exec(text)?.[1]).toBe(
    join(home, '.local/share/icons/hicolor/256x256/apps/lightdeck.png'),
  );
  expect(ran.at(-1)).toBe('xdg-mime default lightdeck.desktop x-scheme-handler/lightdeck');
  await entry.set(false);
  expect(entry.state()).toBe('off');
  const left = execFileSync('find', [join(home, '.local'), '-type', 'f'], { encoding: 'utf8' });
  expect(left).toBe('');
});

test('an AppImage that was replaced by another file keeps its entry; one beside it that is still there is left alone', async () => {
  const newer = join(home, 'Lightdeck-2.AppImage');
  image = join(home, 'Lightdeck-1.AppImage');
  writeFileSync(image, '');
  await entryOf({ APPIMAGE: image }).set(true);
  const second = entryOf({ APPIMAGE: newer });
  await second.refresh();
  expect(second.state()).toBe('off');
  renameSync(image, newer);
  await second.refresh();
  expect(second.state()).toBe('on');
});

test('an entry that somebody else wrote isn’t taken over', async () => {
  const entry = entryOf({ APPIMAGE: image });
  await entry.set(true);
  writeFileSync(place(), '[Desktop Entry]\nExec=/usr/bin/other\n');
  await entry.refresh();
  expect(readFileSync(place(), 'utf8')).toContain('/usr/bin/other');
});
