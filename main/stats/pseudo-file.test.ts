import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPlaces } from '../../tests/support/open-places.ts';
import { createPseudoFileReader } from './pseudo-file.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightdeck-pseudo-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('gives the whole text, and nothing of the text read before', () => {
  const read = createPseudoFileReader();
  writeFileSync(join(folder, 'long'), 'x'.repeat(20_000));
  writeFileSync(join(folder, 'short'), '42\n');
  expect(read(join(folder, 'long'))).toBe('x'.repeat(20_000));
  expect(read(join(folder, 'short'))).toBe('42\n');
});

test('a file over the bound is an error, not a cut number', () => {
  const read = createPseudoFileReader();
  writeFileSync(join(folder, 'huge'), '1'.repeat(64 * 1024 + 1));
  expect(() => read(join(folder, 'huge'))).toThrow(RangeError);
  expect(() => read(join(folder, 'none'))).toThrow('ENOENT');
});

test.runIf(process.platform === 'linux')('no descriptor stays open, not even after errors', () => {
  const read = createPseudoFileReader();
  writeFileSync(join(folder, 'huge'), '1'.repeat(64 * 1024 + 1));
  for (let i = 0; i < 20; i += 1) {
    expect(() => read(join(folder, 'huge'))).toThrow();
    expect(read('/proc/self/stat')).not.toBe('');
  }
  expect(openPlaces(folder)).toEqual([]);
  // Under its own number: what is read here is the process's, not one's that looks.
  expect(openPlaces(`/proc/${process.pid}/stat`)).toEqual([]);
});
