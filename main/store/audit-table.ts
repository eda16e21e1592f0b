import { z } from 'zod';
import { auditEntrySchema, type SqlValue, type Store } from './contract.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** How many rows one pruning by age looks at; what is left waits for the next one. */
const pruneStep = 1000;

const rowSchema = auditEntrySchema.extend({ id: z.number().int() });

/** The record of changes. Rows are only ever appended and cut off at their old end, so both are cheap at any size. */
export function auditTable(database: SqliteDatabase): Store['audit'] {
  return {
    append(entries) {
      database.transaction(() => {
        for (const entry of entries) {
          database.run(
            `INSERT INTO audit (at, actor, address, via, action, container, volume, detail, result)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
            entry.at,
            entry.actor,
            entry.address,
            entry.via,
            entry.action,
            entry.container,
            entry.volume,
            entry.detail,
            entry.result,
          );
        }
      });
    },
    page({ before, containers, limit }) {
      const marks = containers?.map(() => '?').join(', ');
      const values: SqlValue[] = [before ?? Number.MAX_SAFE_INTEGER, ...(containers ?? []), limit];
      const rows = database.all(
        `SELECT * FROM audit WHERE id < ? ${marks === undefined ? '' : `AND container IN (${marks})`}
         ORDER BY id DESC LIMIT ?`,
        ...values,
      );
      return rows.map((row) => rowSchema.parse(row));
    },
    prune({ keep, before }) {
      const tooMany = database.run('DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?', keep);
      const tooOld = database.run(
        `DELETE FROM audit WHERE id IN (SELECT id FROM audit ORDER BY id LIMIT ${pruneStep}) AND at < ?`,
        before,
      );
      return tooMany + tooOld;
    },
  };
}
