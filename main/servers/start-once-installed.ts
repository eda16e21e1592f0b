import { errorText } from '../../shared/error-text.ts';
import type { Log } from '../lib/log.ts';
import type { Servers } from './contract.ts';

interface StartOnceInstalledOptions {
  servers: Pick<Servers, 'onEvent' | 'power'>;
  log: Log;
  /** The token's label, for the record. */
  by: string;
}

/**
 * A5: starts a server that is being installed as soon as that is done. An install that fails, or is called off, is the end of it, and so is
 * the host's: nothing of it is remembered.
 */
export function startOnceInstalled(id: string, { servers, log, by }: StartOnceInstalledOptions): void {
  const end = servers.onEvent((event) => {
    if (event.type === 'removed' && event.id === id) end();
    if (event.type !== 'changed' || event.summary.internal_id !== id) return;
    const { state } = event.summary;
    // Its install goes on without us while nobody can see it.
    if (state === 'installing' || state === 'unknown') return;
    end();
    if (state !== 'installed') return;
    // Behind what is being told just now.
    queueMicrotask(() => {
      try {
        servers.power(id, 'start', by);
      } catch (error) {
        log.warn({ server: id, error: errorText(error) }, 'it was installed, but could not be started then');
      }
    });
  });
}
