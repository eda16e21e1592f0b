import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { own } from '../../tests/support/cleanup.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { openLogFiles } from './log-files.ts';

const open = (folder: string, options = {}) => own(openLogFiles(folder, options));

test('keeps so many files of so many bytes, the newest lines whatever happens', () => {
  const folder = join(tempDir(), 'logs');
  const log = open(folder, { files: 3, bytes: 100 });
  for (let line = 0; line < 100; line += 1) log.write(`line number ${line}\n`);
  const names = readdirSync(folder).sort();
  expect(names).toEqual(['lightdeck.1.log', 'lightdeck.2.log', 'lightdeck.log']);
  for (const name of names) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(100);
  const all = ['lightdeck.2.log', 'lightdeck.1.log', 'lightdeck.log'].map((name) =>
    readFileSync(join(folder, name), 'utf8'),
  );
  const lines = all.join('').trim().split('\n');
  expect(lines).toEqual(
    Array.from({ length: lines.length }, (_, index) => `line number ${100 - lines.length + index}`),
  );
});

test('goes on in the file of the start before, for its user alone', () => {
  const folder = join(tempDir(), 'logs');
  open(folder).write('one\n');
  open(folder).write('two\n');
  expect(readFileSync(join(folder, 'lightdeck.log'), 'utf8')).toBe('one\ntwo\n');
  if (process.platform === 'win32') return;
  expect(statSync(folder).mode & 0o077).toBe(0);
  expect(statSync(join(folder, 'lightdeck.log')).mode & 0o077).toBe(0);
});

test('a line longer than a file is kept whole', () => {
  const folder = tempDir();
  const log = open(folder, { bytes: 10 });
  log.write('short\n');
  log.write('a long line that fits in no file\n');
  expect(readFileSync(join(folder, 'lightdeck.log'), 'utf8')).toBe('a long line that fits in no file\n');
});

test('throws nothing where it can’t be written, and goes on when it can', () => {
  const folder = join(tempDir(), 'logs');
  writeFileSync(folder, 'in the way');
  const log = open(folder);
  log.write('lost\n');
  rmSync(folder);
  mkdirSync(folder);
  log.write('kept\n');
  expect(readFileSync(join(folder, 'lightdeck.log'), 'utf8')).toBe('kept\n');
});
