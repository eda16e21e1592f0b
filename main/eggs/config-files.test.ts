import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { EggConfigFile } from '../../shared/model/egg.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { createVolumeFiles } from '../files/volume-files.ts';
import { silentLog } from '../lib/log.ts';
import { createConfigFiles } from './config-files.ts';

let root: string;
beforeEach(() => {
  root = join(tempDir(), 'volume');
  mkdirSync(root);
});

const file = (
  path: string,
  parser: EggConfigFile['parser'],
  more: Partial<EggConfigFile> = {},
): EggConfigFile => ({
  path,
  parser,
  create: true,
  find: [{ match: 'a', value: '{{server.build.default.port}}', when: [] }],
  ...more,
});

async function apply(...files: EggConfigFile[]): Promise<string[]> {
  const volume = {
    id: 'v',
    path: root,
    created_at: 1,
    quota_mb: 1024,
    kind: 'folder' as const,
    pending: null,
  };
  const store = {
    volumes: {
      get: (id: string) => (id === 'v' ? volume : null),
      all: () => [volume],
      put: () => {},
      remove: () => {},
    },
  };
  const volumes = createVolumeFiles({
    store,
    room: () => ({ take: () => {}, left: () => Number.POSITIVE_INFINITY }),
    log: silentLog,
  });
  const facts = { environment: { SERVER_PORT: '25570' }, uuid: 'u', name: 'n', gateway: '172.17.0.1' };
  return createConfigFiles({ jail: (id) => volumes.jail(id) }).apply('v', files, facts);
}
const text = (path: string) => readFileSync(join(root, path), 'utf8');

describe('E5 files are set up before a start', () => {
  test('sets, makes with folders, keeps modes, and says it once', async () => {
    writeFileSync(join(root, 'a.ini'), '; c\na = 1\n', { mode: 0o600 });
    const files = [file('a.ini', 'ini'), file('x/y.json', 'json')];
    expect(await apply(...files)).toEqual(['a.ini: set a', 'x/y.json: set a']);
    expect([text('a.ini'), text('x/y.json')]).toEqual(['; c\na = 25570\n', '{\n  "a": 25570\n}\n']);
    expect(statSync(join(root, 'a.ini')).mode & 0o777).toBe(0o600);
    const { ino } = statSync(join(root, 'a.ini'));
    expect(await apply(...files)).toEqual([]);
    expect(statSync(join(root, 'a.ini')).ino).toBe(ino);
  });

  test('what is missing and may not be made, and files of lines, are left alone', async () => {
    expect(await apply(file('a', 'ini', { create: false }), file('b', 'file'))).toEqual([]);
    expect(existsSync(join(root, 'a')) || existsSync(join(root, 'b'))).toBe(false);
  });

  test('one that can’t be read is told, stays as it is, and the others are done', async () => {
    writeFileSync(join(root, 'a.json'), '{');
    mkdirSync(join(root, 'dir'));
    writeFileSync(join(root, 'big.ini'), Buffer.alloc(5 * 1024 * 1024));
    symlinkSync('/etc/hostname', join(root, 'out.ini'));
    const told = await apply(
      file('a.json', 'json'),
      file('dir', 'ini'),
      file('big.ini', 'ini'),
      file('out.ini', 'ini'),
      file('c.ini', 'ini'),
    );
    expect(told).toEqual([
      expect.stringMatching(/^Warning: a\.json could not be set up for this start: .*line 1/),
      expect.stringMatching(/^Warning: dir could not/),
      expect.stringMatching(/^Warning: big\.ini .*larger than 4 MiB/),
      expect.stringMatching(/^Warning: out\.ini .*path traversal/),
      'c.ini: set a',
    ]);
    expect(text('a.json')).toBe('{');
  });

  test('bytes that are no UTF-8, and UTF-16, come out as they were', async () => {
    writeFileSync(join(root, 'l.ini'), Buffer.from('n=\xe4\na=1\n', 'latin1'));
    const xml = Buffer.from('\uFEFF<a>ü</a>', 'utf16le');
    writeFileSync(join(root, 'x.xml'), xml);
    expect(await apply(file('l.ini', 'ini'), file('x.xml', 'xml'))).toHaveLength(2);
    expect(readFileSync(join(root, 'l.ini'))).toEqual(Buffer.from('n=\xe4\na=25570\n', 'latin1'));
    expect(readFileSync(join(root, 'x.xml')).toString('utf16le')).toBe('\uFEFF<a>25570</a>');
  });
});
