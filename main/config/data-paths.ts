import { join, resolve } from 'node:path';
import type { Config } from './config-schema.ts';

/** Absolute paths of all that the data folder holds. */
export interface DataPaths {
  data: string;
  config: string;
  store: string;
  base: string;
  volumes: string;
  /** The SFTP server's private key. */
  sftpHostKey: string;
}

/** Where the store of a data folder is, whatever is configured. */
export function storePath(dataDir: string): string {
  return join(dataDir, 'lightdeck.db');
}

/** Where the backups are: a folder of the owner's choice, or one beside the volumes. */
export function backupsPath(
  paths: Pick<DataPaths, 'data' | 'base'>,
  { backups }: Pick<Config, 'backups'>,
): string {
  return backups.folder === '' ? join(paths.base, 'backups') : resolve(paths.data, backups.folder);
}

/** Resolves the configuration's folders: `base_path` against the data folder, `volumes_path` against `base_path`. */
export function dataPaths(dataDir: string, config: Config): DataPaths {
  const data = resolve(dataDir);
  const base = resolve(data, config.storage.base_path);
  return {
    data,
    config: join(data, 'config.json'),
    store: storePath(data),
    base,
    volumes: resolve(base, config.storage.volumes_path),
    sftpHostKey: join(data, 'sftp_host_key'),
  };
}
