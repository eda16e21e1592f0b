import { LightdeckError } from '../../shared/errors.ts';
import { isResting, type WireState } from '../../shared/model/server.ts';
import type { Servers } from '../servers/contract.ts';
import { existingServer } from '../servers/existing-server.ts';
import type { RegistryEvent } from '../servers/registry/registry-event.ts';

/** What of the servers the backups need. */
export interface BackupServers extends Pick<Servers, 'get' | 'list' | 'power' | 'whenReconciled'> {
  onEvent(listener: (event: RegistryEvent) => void): () => void;
}

/** Beyond its own limit until it is killed, so long is it waited for the end of a server, in ms. */
const graceMs = 30_000;

/** Resolves when the server is in one of these states. Rejects with the signal's reason, `not_found` when it goes, or `timeout`. */
async function reach(
  servers: BackupServers,
  id: string,
  states: (state: WireState) => boolean,
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
): Promise<void> {
  let dispose = (): void => {};
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => {};
  try {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        try {
          if (states(existingServer(servers, id).state)) resolve();
        } catch (error) {
          reject(error);
        }
      };
      onAbort = () => reject(signal.reason);
      signal.throwIfAborted();
      signal.addEventListener('abort', onAbort, { once: true });
      timer = setTimeout(
        () =>
          reject(
            new LightdeckError(
              'timeout',
              `The server ${id} did not come to rest in time; look at its console`,
            ),
          ),
        timeoutMs,
      );
      dispose = servers.onEvent(look);
      look();
    });
  } finally {
    dispose();
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Runs `work` while nothing of the server runs: with `stop` one that runs is stopped before, and started again after, however the work
 * ended (unless `mayStart` says no). Throws LightdeckError `busy` for one that runs without it.
 */
export async function whileAtRest<T>(
  servers: BackupServers,
  {
    id,
    stop,
    by,
    signal,
    mayStart = () => true,
  }: {
    id: string;
    stop: boolean;
    by: string;
    signal: AbortSignal;
    mayStart?: () => boolean;
  },
  work: () => Promise<T>,
): Promise<T> {
  const { state, definition } = existingServer(servers, id);
  if (isResting(state)) return work();
  if (!stop) throw runs(id, state);
  if (state !== 'stopping') servers.power(id, 'stop', by);
  await reach(servers, id, isResting, { signal, timeoutMs: definition.stop.timeout * 1000 + graceMs });
  try {
    return await work();
  } finally {
    // Somebody else may have started or deleted it meanwhile.
    const now = servers.get(id);
    if (now && isResting(now.state) && mayStart()) servers.power(id, 'start', by);
  }
}

function runs(id: string, state: WireState): LightdeckError {
  if (state === 'unknown')
    return new LightdeckError(
      'busy',
      `Nobody knows whether the server ${id} runs, since Docker can't be reached: try again when it can`,
    );
  return new LightdeckError(
    'busy',
    `The server ${id} is ${state}: stop it first, or say that it may be stopped ("stop": true)`,
  );
}
