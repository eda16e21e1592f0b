import { expect, test } from 'vitest';
import { own } from '../../tests/support/cleanup.ts';
import { tempDir } from '../../tests/support/temp.ts';
import { silentLog } from '../lib/log.ts';
import { openSqliteStore, type SqliteStore } from './sqlite-store.ts';

const first =
  'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT; CREATE INDEX notes_by_text ON notes (text);';
const second = "ALTER TABLE notes ADD COLUMN mark TEXT NOT NULL DEFAULT 'none'";

function open(folder: string): SqliteStore {
  return own(openSqliteStore({ path: `${folder}/lightdeck.db`, log: silentLog }));
}

test('a room keeps tables of its own, which grow with it, whatever the rest of the store does', () => {
  const folder = tempDir();
  const old = open(folder);
  const notes = old.tables({ room: 'notes', migrations: [first] });
  expect(notes.run('INSERT INTO notes (text) VALUES (?)', 'grüße')).toBe(1);
  expect(() =>
    old.transaction(() => {
      notes.transaction(() => notes.run('DELETE FROM notes'));
      throw new Error('no');
    }),
  ).toThrow('no');
  old.close();
  const store = open(folder);
  const grown = store.tables({ room: 'notes', migrations: [first, second] });
  expect(grown.all('SELECT * FROM notes')).toEqual([{ id: 1, text: 'grüße', mark: 'none' }]);
  expect(store.tables({ room: 'others', migrations: [] }).all('SELECT * FROM room_versions')).toEqual([
    { room: 'notes', version: 2 },
  ]);
});

test('what can’t be made leaves nothing half made, and what a newer version wrote is refused in words', () => {
  const folder = tempDir();
  const store = open(folder);
  expect(() => store.tables({ room: 'notes', migrations: [first, 'NONSENSE'] })).toThrow();
  expect(store.tables({ room: 'notes', migrations: [first, second] }).all('SELECT * FROM notes')).toEqual([]);
  expect(() => store.tables({ room: 'notes', migrations: [first] })).toThrow(
    /written by a newer Lightdeck \(notes: format 2, this one knows 1\)/,
  );
});
