import { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import type { RoomSchema, RoomTables } from './contract.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

const versionRow = z.object({ version: z.number().int() });

/** As `Store.tables`. What a room had in the database before it kept its own tables was made by migrations.ts. */
export function roomTables(database: SqliteDatabase, { room, migrations }: RoomSchema): RoomTables {
  const version = (): number => {
    const [row] = database.all('SELECT version FROM room_versions WHERE room = ?', room);
    return row === undefined ? 0 : versionRow.parse(row).version;
  };
  const found = version();
  if (found > migrations.length) {
    throw new LightdeckError(
      'conflict',
      `The database was written by a newer Lightdeck (${room}: format ${found}, this one knows ${migrations.length}). Start that version, or choose another data folder with --data.`,
    );
  }
  if (found < migrations.length) {
    database.evolve(() => {
      for (const sql of migrations.slice(version())) database.define(sql);
      database.run(
        `INSERT INTO room_versions (room, version) VALUES (?, ?)
         ON CONFLICT (room) DO UPDATE SET version = excluded.version`,
        room,
        migrations.length,
      );
    });
  }
  return {
    run: (sql, ...values) => database.run(sql, ...values),
    all: (sql, ...values) => database.all(sql, ...values),
    transaction: (work) => database.transaction(work),
  };
}
