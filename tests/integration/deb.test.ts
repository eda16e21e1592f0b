import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { suiteCleanup } from '../support/cleanup.ts';
import { electronFolder } from '../support/electron.ts';
import { debMaintainer, makeDeb } from '../support/installed-app.ts';
import { tempDir } from '../support/temp.ts';

const root = resolve(import.meta.dirname, '../..');

describe.skipIf(electronFolder() === null)('the deb', () => {
  const onEnd = suiteCleanup();
  let folder = '';
  /** As `ls -l` does. */
  let listed = '';

  const run = (command: string, ...args: string[]): string =>
    execFileSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const packed = (path: string): string => readFileSync(join(folder, 'tree', path), 'utf8');
  const control = (name: string): string => readFileSync(join(folder, 'control', name), 'utf8');

  beforeAll(() => {
    folder = tempDir(onEnd);
    const deb = makeDeb(folder);
    listed = run('dpkg-deb', '-c', deb);
    // All of it would be a quarter of a gigabyte more.
    run(
      'sh',
      '-c',
      'mkdir "$2" && dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" ./usr',
      'sh',
      deb,
      join(folder, 'tree'),
    );
    run('dpkg-deb', '-e', deb, join(folder, 'control'));
  });

  it('says what it is, whose, and what it needs', () => {
    const fields = control('control');
    expect(fields).toMatch(/^Package: lightdeck$/m);
    expect(fields).toContain(`Maintainer: ${debMaintainer}\n`);
    expect(fields).toMatch(/^Depends: .*libgtk-3-0.*libasound2/m);
    expect(fields).toMatch(/^Recommends: .*docker\.io/m);
  });

  it('has a menu entry that systems take, with links and without a switch that opens the sandbox', () => {
    const entry = packed('usr/share/applications/lightdeck.desktop');
    expect(entry).toMatch(/^Exec=\/opt\/Lightdeck\/lightdeck %U$/m);
    expect(entry).toMatch(/^MimeType=.*x-scheme-handler\/lightdeck;/m);
    expect(entry).toMatch(/^Icon=lightdeck$/m);
    expect(entry).not.toContain('no-sandbox');
  });

  it('has a page for software centres, its licence, an icon of any size and a service for who wants one', () => {
    const metainfo = packed('usr/share/metainfo/app.lightdeck.desktop.metainfo.xml');
    expect(metainfo).toContain('<launchable type="desktop-id">lightdeck.desktop</launchable>');
    expect(metainfo).toContain('<project_license>MIT</project_license>');
    expect(packed('usr/share/doc/lightdeck/copyright')).toContain('License: MIT');
    expect(packed('usr/lib/systemd/user/lightdeck.service')).toContain('ExecStart=/opt/Lightdeck/lightdeck ');
    expect(packed('usr/share/icons/hicolor/scalable/apps/lightdeck.svg')).toBe(
      readFileSync(join(root, 'build/icon.svg'), 'utf8'),
    );
  });

  it('belongs to root, and nobody else can write to it', () => {
    const lines = listed.trim().split('\n');
    expect(lines.length).toBeGreaterThan(50);
    const strange = lines.filter((line) => !/^(?:l|[-d].{4}-.{2}-)\S* root\/root /.test(line));
    expect(strange).toEqual([]);
    expect(control('postinst')).toContain('/usr/bin/lightdeck');
    expect(control('postrm')).toContain('lightdeck');
  });
});
