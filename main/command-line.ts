import { LightdeckError } from '../shared/errors.ts';
import { type Arguments, helpText } from './config/arguments.ts';
import { storePath } from './config/data-paths.ts';
import { changeMasterToken, readMasterToken } from './config/master-token.ts';
import { reloadHost } from './config/reload-host.ts';
import { internalErrorExit } from './lib/last-resort.ts';
import { version } from './version.ts';

/** Exit codes: each says what kind of end it was. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, inUse: 3, internal: internalErrorExit } as const;

/** Where a command's words go: standard output and standard error. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

/**
 * Does what the command line asks for instead of running a host, whether or not one runs on the data folder: the same for the host without a window and for
 * the app. The exit code, or null if it asks to run. Rejects with LightdeckError.
 */
export async function runCommand(
  parsed: Arguments,
  dataDir: string,
  { out, err }: Output,
): Promise<number | null> {
  const { action } = parsed;
  switch (action.type) {
    case 'help':
      out(helpText);
      return exitCodes.ok;
    case 'version':
      out(`${version}\n`);
      return exitCodes.ok;
    case 'token': {
      const before = readMasterToken(dataDir);
      if (action.act === 'what') {
        out(`${before}\n`);
        return exitCodes.ok;
      }
      const token = changeMasterToken(dataDir, action.act === 'set' ? action.value : null);
      out(`${token}\n`);
      const problem = await reloadHost(dataDir, before);
      if (problem !== null) err(`lightdeck: warning: ${problem}\n`);
      return exitCodes.ok;
    }
    case 'servers': {
      // Loaded here: whoever asks for the version need not wait for the store.
      const { readStoredServers } = await import('./store/stored-servers.ts');
      const { serverPage, serverTable } = await import('./servers/registry/server-page.ts');
      // Out of the store, so that it works whether or not a host runs on the folder.
      const { servers, unreadable } = readStoredServers(storePath(dataDir));
      if (unreadable > 0) err(`lightdeck: ${unreadable} servers can't be read\n`);
      const found = serverPage(servers, action.page);
      out(parsed.json ? `${JSON.stringify(found)}\n` : serverTable(found));
      return exitCodes.ok;
    }
    case 'run':
      return null;
  }
}

/** Says what went wrong, with the stack of what nobody foresaw. The exit code. */
export function tellFailure(error: unknown, { err }: Pick<Output, 'err'>): number {
  const known = error instanceof LightdeckError;
  const text = known
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
  err(`lightdeck: ${text}\n`);
  if (!known) return exitCodes.failed;
  return error.code === 'conflict'
    ? exitCodes.inUse
    : error.code === 'invalid'
      ? exitCodes.usage
      : exitCodes.failed;
}
