import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { own } from '../../tests/support/cleanup.ts';
import { has } from '../../tests/support/requirements.ts';
import { smallDisk } from '../../tests/support/small-disk.ts';
import { until } from '../../tests/support/until.ts';
import { silentLog } from '../lib/log.ts';
import type { VolumeToStore } from './contract.ts';
import { StoreHealth } from './health.ts';
import { openSqliteStore } from './sqlite-store.ts';

const volume = (id: string): VolumeToStore => ({
  id,
  path: `/srv/${'v'.repeat(1000)}`,
  created_at: 1,
  quota_mb: 1,
});

function openOn(path: string) {
  const health = own(new StoreHealth({ now: Date.now, log: silentLog, probeMs: { first: 5, max: 20 } }));
  const store = own(openSqliteStore({ path: join(path, 'lightdeck.db'), log: silentLog, health }));
  return { health, store };
}

describe.skipIf(!has('small-disk'))('a store whose disk is full', () => {
  it('refuses writes in words, answers what it knows, and works again once there is room', async () => {
    const disk = smallDisk(4);
    const { store, health } = openOn(disk.path);
    store.volumes.put(volume('before'));
    disk.fill();
    let kept = 0;
    const writeUntilRefused = (): void => {
      for (;;) {
        store.volumes.put(volume(`more-${kept}`));
        kept += 1;
      }
    };
    expect(writeUntilRefused).toThrow(
      expect.objectContaining({ code: 'disk_full', message: expect.stringContaining('free some space') }),
    );
    expect(health.state.status).toBe('failing');
    expect(store.volumes.get('before')).not.toBeNull();
    expect(store.volumes.all()).toHaveLength(kept + 1);
    disk.free();
    await until(() => health.state.status === 'ok', { everyMs: 5 });
    store.volumes.put(volume('after'));
    expect(store.volumes.all()).toHaveLength(kept + 2);
  });

  it('writes nothing of a transaction that met it, also when the work went on', () => {
    const disk = smallDisk(4);
    const { store } = openOn(disk.path);
    disk.fill();
    const work = (): void =>
      store.transaction(() => {
        for (let n = 0; n < 4000; n += 1) {
          try {
            store.volumes.put(volume(`v-${n}`));
          } catch {
            // As a part that looks after itself would.
            disk.free();
          }
        }
      });
    expect(work).toThrow(expect.objectContaining({ code: 'disk_full' }));
    expect(store.volumes.all()).toEqual([]);
    store.volumes.put(volume('after'));
    expect(store.volumes.all()).toHaveLength(1);
  });

  it('opens after an update whose tables it has no room for: all can be read, and they are made when there is some', async () => {
    const disk = smallDisk(4);
    const before = openOn(disk.path).store;
    const notes = before.tables({
      room: 'notes',
      migrations: ['CREATE TABLE notes (text TEXT NOT NULL) STRICT'],
    });
    notes.run('INSERT INTO notes (text) VALUES (?)', 'kept');
    before.volumes.put(volume('before'));
    before.close();
    disk.fill();

    const { store, health } = openOn(disk.path);
    const grown = {
      room: 'notes',
      migrations: [
        'CREATE TABLE notes (text TEXT NOT NULL) STRICT',
        `ALTER TABLE notes ADD COLUMN mark TEXT NOT NULL DEFAULT 'none'; CREATE TABLE notes_big (a TEXT) STRICT;
         INSERT INTO notes_big VALUES ('${'b'.repeat(300_000)}')`,
      ],
    };
    const later = store.tables(grown);
    const fresh = store.tables({ room: 'fresh', migrations: ['CREATE TABLE fresh (n INTEGER) STRICT'] });
    expect(health.state).toMatchObject({ status: 'failing', problem: expect.stringContaining('is full') });
    const readAll = (): void => {
      expect(later.all('SELECT * FROM notes')).toEqual([{ text: 'kept', mark: 'none' }]);
      expect(fresh.all('SELECT * FROM fresh')).toEqual([]);
      expect(store.volumes.get('before')).not.toBeNull();
    };
    readAll();
    const full = expect.objectContaining({ code: 'disk_full' });
    expect(() => fresh.run('INSERT INTO fresh VALUES (1)')).toThrow(full);
    expect(() => store.transaction(() => store.volumes.put(volume('refused')))).toThrow(full);
    readAll();
    // A start that ends before there was room leaves all to the next one.
    store.close();

    const again = openOn(disk.path);
    const [rest, one] = [
      again.store.tables(grown),
      again.store.tables({ room: 'fresh', migrations: ['CREATE TABLE fresh (n INTEGER) STRICT'] }),
    ];
    expect(rest.all('SELECT mark FROM notes')).toEqual([{ mark: 'none' }]);
    disk.free();
    await until(() => again.health.state.status === 'ok', { everyMs: 5 });
    expect(one.run('INSERT INTO fresh VALUES (1)')).toBe(1);
    again.store.close();
    const last = openOn(disk.path).store;
    expect(
      last
        .tables({ room: 'fresh', migrations: ['CREATE TABLE fresh (n INTEGER) STRICT'] })
        .all('SELECT * FROM fresh'),
    ).toEqual([{ n: 1 }]);
    expect(last.tables(grown).all('SELECT length(a) AS long FROM notes_big')).toEqual([{ long: 300_000 }]);
    expect(last.volumes.get('refused')).toBeNull();
  });
});
