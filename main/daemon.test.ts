import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { own } from '../tests/support/cleanup.ts';
import { tempDir } from '../tests/support/temp.ts';
import { startDaemon } from './daemon.ts';
import { AsyncScope } from './lib/async-scope.ts';
import { silentLog } from './lib/log.ts';

let dataDir: string;
let steps: string[];
beforeEach(() => {
  dataDir = tempDir();
  const config = { sftp: { port: 0 }, storage: { quota: 'measured' } };
  writeFileSync(join(dataDir, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  steps = [];
  const own = AsyncScope.prototype.own;
  vi.spyOn(AsyncScope.prototype, 'own').mockImplementation(function (this: AsyncScope, name, dispose) {
    steps.push(name);
    own.call(this, name, () => {
      steps.push(`-${name}`);
      return dispose();
    });
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const options = () => ({
  dataDir,
  host: '127.0.0.1',
  port: 0,
  env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
  log: silentLog,
});
const reversed = (names: string[]) => [...names].reverse().map((name) => `-${name}`);

/** As docs/architecture.md has it, "Start and stop". */
const order = [
  'data lock',
  'state of the store',
  'store',
  'audit',
  'tokens',
  'engine',
  'stats',
  'ports',
  'volumes',
  'servers',
  'deleted servers',
  'files',
  'trash',
  'sftp',
  'usage meter',
  'store of the backups',
  'host info',
  'operations',
  'alerts',
  'backups',
  'copies of backups',
  'schedules',
  'reasons',
  'runs',
  'players',
  'updates',
  'http',
  'listeners',
  'archives',
  'sockets',
  'announcement',
  'remote',
];

describe('the daemon', () => {
  it('starts its parts in order, and closes them in reverse: sockets before HTTP, the lock last', async () => {
    const daemon = own(await startDaemon(options()));
    expect(steps).toEqual(order);
    await Promise.all([daemon.close(), daemon.close()]);
    expect(steps).toEqual([...order, ...reversed(order)]);
  });

  it('a start that fails gives back all that it had, and the folder can be used at once', async () => {
    const thief = createServer();
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    const address = thief.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(startDaemon({ ...options(), port })).rejects.toMatchObject({ code: 'conflict' });
    thief.close();
    const begun = order.slice(0, order.indexOf('http') + 1);
    expect(steps).toEqual([...begun, ...reversed(begun)]);
    own(await startDaemon(options()));
  });

  it.each(['first', 'next', 'next one of another version'])(
    'on a good disk the %s start has no failing store',
    async (which) => {
      const errors: string[] = [];
      const log = { ...silentLog, error: (_details: object, message: string) => void errors.push(message) };
      if (which !== 'first') {
        await own(await startDaemon(options())).close();
        if (which.endsWith('version')) {
          const database = new Database(join(dataDir, 'lightdeck.db'));
          const changed = database
            .prepare('UPDATE reasons_host SET diary = ?')
            .run(JSON.stringify({ lines: [], versions: { Lightdeck: '0.0.1' } }));
          database.close();
          expect(changed.changes).toBe(1);
        }
      }
      await own(await startDaemon({ ...options(), log })).close();
      expect(errors).toEqual([]);
    },
  );
});
