import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Audit, AuditEntry } from '../../main/audit/contract.ts';
import type { Room, VolumeFiles } from '../../main/files/contract.ts';
import { createVolumeFiles } from '../../main/files/volume-files.ts';
import type { Log } from '../../main/lib/log.ts';
import { runsAs } from '../../main/servers/container/runs-as.ts';
import type { ServerView } from '../../main/servers/contract.ts';
import { SftpServer } from '../../main/sftp/sftp-server.ts';
import { openSqliteStore } from '../../main/store/sqlite-store.ts';
import type { OnEnd } from './cleanup.ts';
import { serverDefinition } from './server-definition.ts';
import { tempDir } from './temp.ts';

/** The whole SFTP side in this process, over a real store and real files; only the servers are not real. */
export interface SftpWorld {
  sftp: SftpServer;
  files: VolumeFiles;
  port: number;
  /** Folders of the two volumes, and one beside them that nobody may reach. */
  volumes: { one: string; two: string };
  outside: string;
  hostKeyPath: string;
  audit: Omit<AuditEntry, 'at'>[];
  logged: string[];
  /** Added to the clock, in ms; set it to travel. */
  ahead: number;
  /** What a failed login waits for its answer, in ms: tests that fail often needn't wait as long as people. */
  failureDelayMs: number;
  /** The room of volume `one`; endless unless set. */
  room: Room;
  /** Ids of the servers that are there: `one` on the volume `one`, `two` on `two`. */
  servers: Set<string>;
  login(server?: string): Promise<{ username: string; password: string; port: number }>;
}

const endless: Room = { take() {}, left: () => Number.POSITIVE_INFINITY };

export async function openSftpWorld(onEnd: OnEnd): Promise<SftpWorld> {
  const folder = tempDir(onEnd);
  const logged: string[] = [];
  const write = (details: object, message: string): void => {
    const error = 'err' in details && details.err instanceof Error ? (details.err.stack ?? '') : '';
    logged.push(`${message} ${JSON.stringify(details)} ${error}`);
  };
  const log: Log = { debug() {}, info() {}, warn: write, error: write };
  const store = openSqliteStore({ path: join(folder, 'lightdeck.db'), log });
  onEnd(() => store.close());
  const volumes = { one: join(folder, 'volumes', 'one'), two: join(folder, 'volumes', 'two') };
  const outside = join(folder, 'outside');
  for (const path of [...Object.values(volumes), outside]) mkdirSync(path, { recursive: true });
  for (const [id, path] of Object.entries(volumes))
    store.volumes.put({ id, path, created_at: 0, quota_mb: 64 });
  const servers = new Set(['one', 'two']);
  const audit: SftpWorld['audit'] = [];
  const recorder: Audit = { record: (entry) => void audit.push(entry) };
  const files = createVolumeFiles({
    store,
    room: (id) =>
      id === 'one' ? { take: (bytes) => world.room.take(bytes), left: () => world.room.left() } : endless,
    log,
  });
  const world: SftpWorld = {
    files,
    sftp: new SftpServer({
      store,
      servers: { get: (id) => (servers.has(id) ? view(id) : null) },
      files,
      audit: recorder,
      hostKeyPath: join(folder, 'sftp_host_key'),
      now: () => Date.now() + world.ahead,
      failureDelayMs: () => world.failureDelayMs,
      log,
    }),
    port: 0,
    volumes,
    outside,
    hostKeyPath: join(folder, 'sftp_host_key'),
    audit,
    logged,
    ahead: 0,
    failureDelayMs: 10,
    room: endless,
    servers,
    async login(server = 'one') {
      const { username, password } = await world.sftp.reset(server, {});
      return { username, password, port: world.port };
    },
  };
  onEnd(() => world.sftp.close());
  await world.sftp.apply({ enabled: true, host: '127.0.0.1', port: 0 });
  world.port = world.sftp.port ?? 0;
  return world;
}

function view(id: string): ServerView {
  return {
    definition: serverDefinition(id, { volume_id: id }),
    install_state: 'installed',
    install_error: null,
    state: 'installed',
    container_id: null,
    started_at: null,
    pending_restart: [],
    image_version: null,
    last_exit: null,
    runs_as: runsAs(serverDefinition(id), null),
  };
}
