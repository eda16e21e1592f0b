import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { loadHostKey } from './host-key.ts';

const { utils } = ssh2;

test('A13 the host key is made once, for its owner alone, and kept', () => {
  const path = join(tempDir(), 'key');
  const made = loadHostKey(path, utils);
  expect(made.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(loadHostKey(path, utils)).toEqual(made);
});

test('A13 a key that came out wrong is never kept', () => {
  const path = join(tempDir(), 'key');
  let tries = 0;
  const sloppy: typeof utils = {
    ...utils,
    generateKeyPairSync: () => {
      tries += 1;
      const good = utils.generateKeyPairSync('ed25519');
      return tries < 3 ? { ...good, private: good.private.slice(0, 100) } : good;
    },
  };
  const made = loadHostKey(path, sloppy);
  expect(tries).toBeGreaterThanOrEqual(3);
  expect(readFileSync(path, 'utf8')).toBe(made.private);
  expect(loadHostKey(path, utils)).toEqual(made);
});

test.each(['', 'half a k', '-----BEGIN OPENSSH PRIVATE KEY-----\n'])(
  'A13 a file that is no key is told and left as it is: %j',
  (text) => {
    const path = join(tempDir(), 'key');
    writeFileSync(path, text);
    expect(() => loadHostKey(path, utils)).toThrow(`The SFTP host key ${path} can't be used`);
    expect(readFileSync(path, 'utf8')).toBe(text);
  },
);
