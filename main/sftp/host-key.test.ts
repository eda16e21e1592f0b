import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { tempDir } from '../../tests/support/temp.ts';
import { loadHostKey } from './host-key.ts';

const { utils } = ssh2;

const keys = async () => utils;
const none = () => Promise.reject(new Error('ssh2 was loaded'));

test('A13 the host key is made once, for its owner alone, and kept', async () => {
  const path = join(tempDir(), 'key');
  const made = await loadHostKey(path, keys);
  expect(made.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  const { private: key, fingerprint } = made;
  expect(await loadHostKey(path, none)).toEqual({ private: key, fingerprint });
  rmSync(`${path}.pub`);
  await expect(loadHostKey(path, none)).rejects.toThrow('ssh2 was loaded');
  expect(await loadHostKey(path, keys)).toMatchObject({ private: key, fingerprint });
  expect(await loadHostKey(path, none)).toEqual({ private: key, fingerprint });
});

test('A13 the public half beside a key is believed only of that very key', async () => {
  const path = join(tempDir(), 'key');
  const made = await loadHostKey(path, keys);
  const [type, key] = readFileSync(`${path}.pub`, 'utf8').split(' ');
  expect(utils.parseKey(`${type} ${key}`)).toMatchObject({ type: 'ssh-ed25519' });
  writeFileSync(path, utils.generateKeyPairSync('ed25519').private);
  const other = await loadHostKey(path, keys);
  expect(other.fingerprint).not.toBe(made.fingerprint);
  for (const text of ['', 'x', `${type} ${key} sha256:${'0'.repeat(64)}\n`]) {
    writeFileSync(`${path}.pub`, text);
    expect((await loadHostKey(path, keys)).fingerprint).toBe(other.fingerprint);
  }
  writeFileSync(path, 'no key');
  await expect(loadHostKey(path, keys)).rejects.toThrow('it is no private key');
});

test('A13 a public half that cannot be kept is no hindrance', async () => {
  const path = join(tempDir(), 'key');
  mkdirSync(`${path}.pub`);
  const { fingerprint } = await loadHostKey(path, keys);
  expect((await loadHostKey(path, keys)).fingerprint).toBe(fingerprint);
});

test('A13 a key that came out wrong is never kept', async () => {
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
  const made = await loadHostKey(path, async () => sloppy);
  expect(tries).toBeGreaterThanOrEqual(3);
  expect(readFileSync(path, 'utf8')).toBe(made.private);
  expect((await loadHostKey(path, keys)).fingerprint).toBe(made.fingerprint);
});

test.each(['', 'half a k', '-----BEGIN OPENSSH PRIVATE KEY-----\n'])(
  'A13 a file that is no key is told and left as it is: %j',
  async (text) => {
    const path = join(tempDir(), 'key');
    writeFileSync(path, text);
    await expect(loadHostKey(path, keys)).rejects.toThrow(`The SFTP host key ${path} can't be used`);
    expect(readFileSync(path, 'utf8')).toBe(text);
  },
);
