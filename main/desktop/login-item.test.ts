import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoginItemSettings, Settings } from 'electron';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyCharacter } from '../../tests/support/any-character.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { until } from '../../tests/support/until.ts';
import { writeAtomically } from '../lib/write-atomically.ts';
import { autostartEntry, execValue, isEntryOn, programOf } from './desktop-entry.ts';
import { autostartFolder, isLoginStart, type LoginItemOptions, loginItem } from './login-item.ts';

/** A reader of the Exec key after the specification's words: value escapes first, then quotes, then field codes. */
function readExec(value: string): string[] {
  const codes: Record<string, string> = { s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' };
  const text = value.replace(/\\(.)/g, (_, letter: string) => {
    const meant = codes[letter];
    if (meant === undefined) throw new Error(`no escape: \\${letter}`);
    return meant;
  });
  const found = [...text.matchAll(/"((?:[^"`$\\]|\\["`$\\])*)"( |$)/gsy)];
  if (found.map(([whole]) => whole).join('') !== text) throw new Error(`not quoted: ${text}`);
  return found.map(([, inside = '']) => {
    const plain = inside.replace(/\\(.)/gs, '$1');
    if (/%/.test(plain.replaceAll('%%', ''))) throw new Error('a field code');
    return plain.replaceAll('%%', '%');
  });
}

const entryOf = (command: string[]): string =>
  autostartEntry({ name: 'App', comment: 'C', icon: 'app', command });

describe('an autostart entry', () => {
  test.each([
    [['/opt/Lightdeck/lightdeck', '--hidden'], '"/opt/Lightdeck/lightdeck" "--hidden"'],
    [['/home/Jörg Ü/$mine', '100%'], '"/home/Jörg Ü/\\\\$mine" "100%%"'],
    [['/100%/a'], '"/bin/sh" "-c" "exec \\\\"\\\\$0\\\\" \\\\"\\\\$@\\\\"" "/100%%/a"'],
    [['/a\\b"c`d'], '"/a\\\\\\\\b\\\\"c\\\\`d"'],
    [['/a\nb'], '"/a\\nb"'],
  ])('names %j as %s', (command, value) => {
    expect(execValue(command)).toBe(value);
  });

  test('is one line that says the same command, whatever is in it', () => {
    const argument = fc.string({ unit: anyCharacter, maxLength: 30 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(argument, { minLength: 1, maxLength: 4 }), (command) => {
        const entry = entryOf(command);
        const lines = entry.split(/[\n\r]/).filter((line) => line.startsWith('Exec='));
        expect(lines).toHaveLength(1);
        const read = readExec(lines[0]?.slice('Exec='.length) ?? '');
        expect(/[=%]/.test(command[0] ?? '') ? read.slice(3) : read).toEqual(command);
        expect(isEntryOn(entry)).toBe(true);
      }),
    );
  });

  test('can’t be made of nothing or of NUL', () => {
    expect(() => entryOf([])).toThrow(/empty/);
    expect(() => entryOf(['/a\0b'])).toThrow(/NUL/);
  });

  // The desktops' own reader.
  test.skipIf(!existsSync('/usr/bin/gio'))('starts programs with odd paths', async () => {
    const folder = tempDir();
    for (const name of ['a b', '100%f', 'ü=1', '$HOME`x`', "it's \\n"]) {
      const place = join(folder, name);
      mkdirSync(place);
      const program = join(place, 'run');
      writeFileSync(program, '#!/bin/sh\nprintf "%s" "$1" > "$2.part" && mv "$2.part" "$2"\n');
      chmodSync(program, 0o755);
      const told = join(place, 'told');
      const file = join(folder, 'app.desktop');
      writeFileSync(file, entryOf([program, name, told]));
      execFileSync('gio', ['launch', file], { stdio: 'ignore' });
      await until(() => existsSync(told), { what: `the program in ${name}` });
      expect(readFileSync(told, 'utf8')).toBe(name);
    }
  });

  test.each([
    ['', false],
    ['[Desktop Entry]\nExec=a\n', true],
    ['[Desktop Entry]\nExec=a\nHidden=true\n', false],
    ['[Desktop Entry]\nExec=a\nHidden = True\n', false],
    ['[Desktop Entry]\nExec=a\nHidden=false\n', true],
    ['[Desktop Entry]\nExec=a\nX-GNOME-Autostart-enabled=false\n', false],
  ])('%j is in force: %s', (text, on) => {
    expect(isEntryOn(text)).toBe(on);
  });
});

/** Keeps what it is told, as macOS and Windows do. */
class FakeApp {
  settings: Settings = {};
  found: Partial<LoginItemSettings> = {};

  setLoginItemSettings(settings: Settings): void {
    this.settings = settings;
  }

  getLoginItemSettings(): LoginItemSettings {
    const { openAtLogin = false } = this.settings;
    return {
      openAtLogin,
      wasOpenedAtLogin: false,
      status: 'enabled',
      executableWillLaunchAtLogin: openAtLogin,
      launchItems: [],
      ...this.found,
    };
  }
}

const setup = (changes: Partial<LoginItemOptions> = {}) => {
  const app = new FakeApp();
  const home = tempDir();
  const options: LoginItemOptions = {
    app,
    platform: 'linux',
    env: {},
    home,
    execPath: '/opt/a b/lightdeck',
    write: writeAtomically,
    ...changes,
  };
  return {
    app,
    home,
    options,
    item: loginItem(options),
    file: join(home, '.config/autostart/lightdeck.desktop'),
  };
};

describe('start at login', () => {
  test('on Linux is an entry that is written and removed', () => {
    const { item, file, home } = setup({ args: ['--data', '/d 1'] });
    expect(item.isOn()).toBe(false);
    item.set(false);
    item.set(true);
    item.set(true);
    expect(item.isOn()).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('Exec="/opt/a b/lightdeck" "--data" "/d 1" "--hidden"\n');
    expect(readdirSync(join(home, '.config/autostart'))).toEqual(['lightdeck.desktop']);
    writeFileSync(file, `${readFileSync(file, 'utf8')}Hidden=true\n`);
    expect(item.isOn()).toBe(false);
    item.set(false);
    expect(existsSync(file)).toBe(false);
  });

  test('follows an AppImage that moved, and nothing that is off', () => {
    const { item, options, file } = setup({ env: { APPIMAGE: '/home/me/old.AppImage' } });
    item.set(true);
    const moved = loginItem({ ...options, env: { APPIMAGE: '/home/me/new.AppImage' } });
    moved.refresh();
    expect(readFileSync(file, 'utf8')).toContain('Exec="/home/me/new.AppImage" "--hidden"\n');
    moved.set(false);
    moved.refresh();
    expect(existsSync(file)).toBe(false);
  });

  test('leaves an entry alone that starts another program which is still there', () => {
    const old = join(tempDir(), 'old.AppImage');
    writeFileSync(old, '');
    const { item, options, file } = setup({ env: { APPIMAGE: old } });
    item.set(true);
    const before = readFileSync(file, 'utf8');
    const other = loginItem(options);
    const packaged = loginItem({ ...options, env: {} });
    for (const one of [other, packaged]) one.refresh();
    expect(readFileSync(file, 'utf8')).toBe(before);
    rmSync(old);
    packaged.refresh();
    expect(readFileSync(file, 'utf8')).toContain('Exec="/opt/a b/lightdeck" "--hidden"\n');
  });

  test('is one for each data folder', () => {
    const { item, options, home } = setup();
    item.set(true);
    const other = loginItem({ ...options, args: ['--data', '/other'], dataDir: '/other' });
    other.refresh();
    expect(other.isOn()).toBe(false);
    other.set(true);
    expect(readdirSync(join(home, '.config/autostart'))).toHaveLength(2);
    other.set(false);
    expect(item.isOn()).toBe(true);
    expect(readdirSync(join(home, '.config/autostart'))).toEqual(['lightdeck.desktop']);
  });

  test('is one for each data folder on Windows, too', () => {
    const { app, item } = setup({ platform: 'win32', dataDir: 'D:\\other' });
    item.set(true);
    expect(app.settings.name).toMatch(/^lightdeck-[0-9a-f]{12}$/);
  });

  test('names its icon, and the program without which it means nothing', () => {
    const { item, file } = setup();
    item.set(true);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^Version=1\.0$/m);
    expect(text).toMatch(/^Icon=lightdeck$/m);
    expect(programOf(text)).toBe('/opt/a b/lightdeck');
    expect(programOf(entryOf([' /a\\b\n']))).toBe(' /a\\b\n');
  });

  test('looks where XDG says', () => {
    expect(autostartFolder({ XDG_CONFIG_HOME: '/x' }, '/home/me')).toBe('/x/autostart');
    expect(autostartFolder({ XDG_CONFIG_HOME: 'x' }, '/home/me')).toBe('/home/me/.config/autostart');
    expect(autostartFolder({ XDG_CONFIG_HOME: '' }, '/home/me')).toBe('/home/me/.config/autostart');
  });

  test('tells what can’t be read', () => {
    const { item, file } = setup();
    mkdirSync(file, { recursive: true });
    expect(() => item.isOn()).toThrow(/EISDIR/);
  });

  test('on Windows brings its arguments, and minds the task manager', () => {
    const { app, item } = setup({ platform: 'win32', execPath: 'C:\\l.exe', args: ['--data', 'D:\\a b\\'] });
    item.set(true);
    expect(app.settings).toEqual({
      openAtLogin: true,
      path: 'C:\\l.exe',
      args: ['--data', '"D:\\a b\\\\"', '--hidden'],
    });
    expect(item.isOn()).toBe(true);
    app.found = { executableWillLaunchAtLogin: false };
    expect(item.isOn()).toBe(false);
    item.set(false);
    expect(app.settings.openAtLogin).toBe(false);
  });

  test('on macOS has no arguments; the system tells such a start', () => {
    const { app, item } = setup({ platform: 'darwin' });
    item.set(true);
    expect(app.settings).toEqual({ openAtLogin: true });
    expect(item.isOn()).toBe(true);
    expect(isLoginStart(['app'], app, 'darwin')).toBe(false);
    app.found = { wasOpenedAtLogin: true };
    expect(isLoginStart(['app'], app, 'darwin')).toBe(true);
    expect(isLoginStart(['app'], app, 'linux')).toBe(false);
    expect(isLoginStart(['app', '--hidden'], app, 'linux')).toBe(true);
  });
});
