import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LightdeckError } from '../../shared/errors.ts';
import { silentLog } from '../lib/log.ts';
import { StoreHealth } from '../store/health.ts';
import { openSqliteStore, type SqliteStore } from '../store/sqlite-store.ts';
import { Accounts } from './accounts.ts';

let folder: string;
let store: SqliteStore;
let health: StoreHealth;
let accounts: Accounts;
const there = () => true;
const full = (): never => {
  throw new LightdeckError('disk_full', 'The disk is full');
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightdeck-accounts-'));
  store = openSqliteStore({ path: join(folder, 'lightdeck.db'), log: silentLog });
  health = new StoreHealth({ now: Date.now, log: silentLog });
  accounts = new Accounts({ store, now: Date.now, log: silentLog, health });
});
afterEach(() => {
  accounts.close();
  health.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('C1 A13 while the store takes no writes', () => {
  test('a login is good, and one that could not be renewed is the old one', async () => {
    const { username, password } = await accounts.reset('a', {}, there);
    const ended: string[] = [];
    accounts.onEnded((server) => ended.push(server));
    const put = vi.spyOn(store.sftpLogins, 'put').mockImplementation(full);
    await expect(accounts.reset('a', {}, there)).rejects.toMatchObject({ code: 'disk_full' });
    put.mockRestore();
    expect(await accounts.verify(username, password)).not.toBeNull();
    expect(ended).toEqual([]);
  });

  test('the access of a server that is removed ends at once, and a new one of its id does not inherit it', async () => {
    const { username, password } = await accounts.reset('a', {}, there);
    const ended: string[] = [];
    accounts.onEnded((server) => ended.push(server));
    const remove = vi.spyOn(store.sftpLogins, 'remove').mockImplementation(full);
    accounts.remove('a');
    expect(ended).toEqual(['a']);
    expect([accounts.get('a'), await accounts.verify(username, password)]).toEqual([null, null]);
    await expect(accounts.reset('a', {}, there)).rejects.toMatchObject({ code: 'disk_full' });
    remove.mockRestore();
    const renewed = await accounts.reset('a', {}, there);
    health.reportSuccess();
    expect(renewed.username).not.toBe(username);
    expect(await accounts.verify(renewed.username, renewed.password)).not.toBeNull();
  });

  test('what has ended is removed once there is room, also what a crash left behind', () => {
    store.sftpLogins.put({ server: 'gone', username: 'u', password: 'p', created_at: 1, updated_at: 1 });
    const remove = vi.spyOn(store.sftpLogins, 'remove').mockImplementation(full);
    accounts.removeOrphans(new Set());
    expect(accounts.get('gone')).toBeNull();
    remove.mockRestore();
    health.reportSuccess();
    expect(store.sftpLogins.all()).toEqual([]);
  });
});
