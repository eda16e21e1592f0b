import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serverDefinition } from '../../../tests/support/server-definition.ts';
import { silentLog } from '../../lib/log.ts';
import type { StoredServer } from '../../store/contract.ts';
import { openSqliteStore } from '../../store/sqlite-store.ts';
import { readStoredServers } from '../../store/stored-servers.ts';
import { newStoredServer } from '../machine/restore.ts';
import { serverPage, serversPerPage, serverTable } from './server-page.ts';

const stored = (id: string, more: Partial<StoredServer> = {}): StoredServer => ({
  ...newStoredServer(serverDefinition(id), 'boot'),
  ...more,
});

describe('A14 a page of servers', () => {
  test('has the states that were last known', () => {
    const servers = [
      stored('a'),
      stored('b', { install_state: 'failed' }),
      stored('c', { install_state: 'installed' }),
      stored('d', { install_state: 'installed', ever_started: true }),
      stored('e', {
        install_state: 'installed',
        ever_started: true,
        wanted: 'running',
        run: { started_at: 5, ready: true },
      }),
    ];
    expect(serverPage(servers, 1).servers.map(({ state }) => state)).toEqual([
      'installing',
      'failed',
      'installed',
      'exit',
      'running',
    ]);
  });

  test('pages meet; one that is not there is refused, an empty first one is not', () => {
    const servers = Array.from({ length: serversPerPage + 1 }, (_, n) => stored(`s${n}`));
    expect(serverPage(servers, 1)).toMatchObject({ page: 1, pages: 2, total: serversPerPage + 1 });
    expect(serverPage(servers, 2).servers.map(({ internal_id }) => internal_id)).toEqual(['s20']);
    expect(() => serverPage(servers, 3)).toThrow('There is no page 3');
    expect(serverPage([], 1)).toEqual({ page: 1, pages: 1, total: 0, servers: [] });
  });

  test('as a table is aligned, and no name can reach the terminal', () => {
    const ports = [{ ip: '0.0.0.0', host_port: 25565, container_port: 1, protocol: 'tcp' as const }];
    const servers = [
      stored('a', { definition: serverDefinition('a', { name: 'evil\u001b[2J\nname', ports }) }),
      stored('longer'),
    ];
    expect(serverTable(serverPage(servers, 1)).split('\n')).toEqual([
      'ID      NAME           STATE       IMAGE      PORTS',
      'a       evil?[2J?name  installing  debian:12  0.0.0.0:25565/tcp',
      'longer  longer         installing  debian:12  -',
      'page 1 of 1, 2 servers',
      '',
    ]);
  });
});

describe('A14 reading the store beside a host', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lightdeck-page-'));
    path = join(folder, 'lightdeck.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('works while it is open and when it is not, and changes nothing', () => {
    const store = openSqliteStore({ path, log: silentLog });
    store.servers.put(stored('a'));
    expect(readStoredServers(path).servers).toEqual([stored('a')]);
    store.servers.put(stored('b'));
    expect(readStoredServers(path).servers).toHaveLength(2);
    store.close();
    const before = readFileSync(path);
    expect(readStoredServers(path)).toEqual({ servers: [stored('a'), stored('b')], unreadable: 0 });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('no file is no server, and none is made', () => {
    expect(readStoredServers(path)).toEqual({ servers: [], unreadable: 0 });
    expect(readStoredServers(path)).toEqual({ servers: [], unreadable: 0 });
  });

  test('a file of another version, and one that is no database, are refused in words', () => {
    openSqliteStore({ path, log: silentLog }).close();
    const raw = new Database(path);
    raw.exec('PRAGMA user_version = 999');
    raw.close();
    expect(() => readStoredServers(path)).toThrow('another version');
    expect(() => readStoredServers(import.meta.filename)).toThrow("can't be read");
  });

  test('a row that can not be understood is counted, the others come', () => {
    const store = openSqliteStore({ path, log: silentLog });
    store.servers.put(stored('a'));
    store.servers.put(stored('b'));
    store.close();
    const raw = new Database(path);
    raw.exec(`UPDATE servers SET definition = '{}' WHERE id = 'a'`);
    raw.close();
    expect(readStoredServers(path)).toEqual({ servers: [stored('b')], unreadable: 1 });
  });
});
