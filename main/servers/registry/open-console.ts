import { join } from 'node:path';
import { errorText } from '../../../shared/error-text.ts';
import type { ConsoleHistory } from '../../console/contract.ts';
import { openHistory } from '../../console/history.ts';
import type { Log } from '../../lib/log.ts';
import type { HistoryFolders } from './history-folders.ts';

export interface OpenedConsole {
  history: ConsoleHistory;
  /** What its viewers must know, if its own history can't be had; else null. */
  problem: string | null;
}

/**
 * A server's console history. One that can't be read (a folder of another user, a bad disk) keeps neither the host nor its server
 * from working: the server then has an empty one in a folder beside it until the next start, and says so. Text that only went
 * there is read again from the engine's log once its own can be had.
 */
export async function openConsole(id: string, folders: HistoryFolders, log: Log): Promise<OpenedConsole> {
  const onTrouble = (message: string): void => log.error({ server: id }, message);
  try {
    return { history: await openHistory({ dir: folders.of(id), log, onTrouble }), problem: null };
  } catch (error) {
    const problem = errorText(error);
    onTrouble(problem);
    const dir = join(folders.standIns, `${id}-${Date.now()}`);
    const history = await openHistory({ dir, log, onTrouble });
    return { history, problem: `Error: ${problem}. What is printed from now on is kept in ${dir} meanwhile` };
  }
}
