import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../lib/log.ts';
import { openSqliteStore, type SqliteStore } from '../store/sqlite-store.ts';
import { createVolumes } from './volumes.ts';

let folder: string;
let store: SqliteStore;
const now = () => 1_900_000_000_999;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightdeck-volumes-'));
  store = openSqliteStore({ path: join(folder, 'lightdeck.db'), log: silentLog });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a volume is an empty folder of its own, remembered with its size in Unix seconds', () => {
  const volumes = createVolumes({ store, volumesPath: join(folder, 'deep', 'volumes'), now });
  const first = volumes.create({ quotaMb: 1024 });
  const second = volumes.create({ quotaMb: 5 });
  expect(first).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    path: join(folder, 'deep', 'volumes', first.id),
    created_at: 1_900_000_000,
    quota_mb: 1024,
  });
  expect(readdirSync(first.path)).toEqual([]);
  expect(volumes.list()).toEqual([first, second]);
  expect(volumes.get(second.id)).toEqual(second);
  expect(volumes.get('../x')).toBeNull();
});

test('a folder that can not be made is told, and nothing is remembered', () => {
  writeFileSync(join(folder, 'file'), '');
  const volumes = createVolumes({ store, volumesPath: join(folder, 'file', 'volumes'), now });
  expect(() => volumes.create({ quotaMb: 1 })).toThrow("The volume's folder can't be made");
  expect(volumes.list()).toEqual([]);
});

test('what can not be remembered leaves no folder', () => {
  const volumes = createVolumes({ store, volumesPath: join(folder, 'volumes'), now });
  volumes.create({ quotaMb: 1 });
  expect(() => volumes.create({ quotaMb: 0.5 })).toThrow();
  expect(readdirSync(join(folder, 'volumes'))).toHaveLength(1);
});
