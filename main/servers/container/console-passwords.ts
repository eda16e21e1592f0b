import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { RoomSchema, RoomTables } from '../../store/contract.ts';

export const consolePasswordTable: RoomSchema = {
  room: 'consoles',
  migrations: ['CREATE TABLE consoles_passwords (server TEXT PRIMARY KEY, password TEXT NOT NULL) STRICT;'],
};

const rowSchema = z.object({ password: z.string() });

/** R2: the passwords of the servers' remote consoles. They are made here and told to the programs alone. */
export class ConsolePasswords {
  private readonly tables: RoomTables;

  constructor(tables: RoomTables) {
    this.tables = tables;
  }

  /** Made when it is first asked for. Throws what the store throws; then there is none. */
  of(server: string): string {
    const [row] = this.tables.all('SELECT password FROM consoles_passwords WHERE server = ?', server);
    if (row !== undefined) return rowSchema.parse(row).password;
    const password = randomBytes(18).toString('base64url').replaceAll(/[-_]/g, 'x');
    this.tables.run('INSERT INTO consoles_passwords (server, password) VALUES (?, ?)', server, password);
    return password;
  }

  forget(server: string): void {
    this.tables.run('DELETE FROM consoles_passwords WHERE server = ?', server);
  }
}
