import type { EngineMonitor } from '../../docker/contract.ts';
import type { Log } from '../../lib/log.ts';
import type { StoredServer, StoredSftpLogin } from '../../store/contract.ts';
import { serverNetwork } from '../container/spec.ts';
import type { HistoryFolders } from './history-folders.ts';

/** How a server is kept that is removed: `write` is called in the transaction that takes it off record, more than once if that fails. */
export interface Keeping {
  /** Names the folder that its console is kept in. */
  key: string;
  write(server: StoredServer, login: StoredSftpLogin | null): void;
}

export interface LeavingsOptions {
  monitor: EngineMonitor;
  hostId: string;
  histories: HistoryFolders;
  log: Log;
}

/** What a server leaves that is removed. What fails is logged, and cleared away later. */
export class Leavings {
  private readonly options: LeavingsOptions;

  constructor(options: LeavingsOptions) {
    this.options = options;
  }

  /** Its console goes, at once for everybody who looks; with a key it is kept. Returns what clears the disk, which never rejects. */
  async takeHistory(id: string, key: string | undefined): Promise<() => Promise<void>> {
    const { histories } = this.options;
    try {
      if (key !== undefined) {
        await histories.keep(id, key);
        return async () => {};
      }
      const clear = await histories.take(id);
      return () => clear().catch((error: unknown) => this.warn(error, 'a console could not be cleared away'));
    } catch (error) {
      this.warn(error, `the console of ${id} could not be removed; delete ${histories.of(id)} by hand`);
      return async () => {};
    }
  }

  /** A server takes its network along. */
  async removeNetwork(id: string): Promise<void> {
    const { monitor, hostId } = this.options;
    try {
      await monitor.engine.removeNetwork(serverNetwork(id), hostId);
    } catch (error) {
      this.warn(error, 'the network of a server could not be removed');
    }
  }

  private warn(error: unknown, message: string): void {
    this.options.log.warn({ error: String(error) }, message);
  }
}
