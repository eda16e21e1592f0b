import { newToken } from '../auth/secrets.ts';
import { loadConfig, saveConfig } from './config-file.ts';

/** The master token of a data folder, made on its first use. */
export function readMasterToken(dataDir: string): string {
  return loadConfig(dataDir).config.authorization.token;
}

/** Sets the master token to `value`, or to a fresh one for null, and returns it. A host that is running on the folder takes it at its next start, or by `reloadHost`. */
export function changeMasterToken(dataDir: string, value: string | null): string {
  const { config } = loadConfig(dataDir);
  const token = value ?? newToken();
  saveConfig(dataDir, { ...config, authorization: { ...config.authorization, token } });
  return token;
}
