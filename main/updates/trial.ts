import { isDeepStrictEqual } from 'node:util';
import { LightdeckError } from '../../shared/errors.ts';
import { isResting, type LastExit } from '../../shared/model/server.ts';
import type { Servers, ServerView } from '../servers/contract.ts';
import { existingServer } from '../servers/existing-server.ts';

/** How long a server may take to be ready, and how long it must then go on (without a ready line longer), in ms. */
export const trialLimits = { ready: 15 * 60_000, settle: 3_000, settleWithout: 20_000 };

export interface TrialOptions {
  servers: Pick<Servers, 'get' | 'onEvent'>;
  server: string;
  /** Its end of before: another one is of this run. */
  before: LastExit | null;
  limits: typeof trialLimits;
  signal: AbortSignal;
}

/**
 * Null once a server that was started runs and goes on; else why not, in words. Rejects with the signal's reason, or LightdeckError
 * `not_found` when the server is deleted. While nobody knows what it does it is waited for.
 */
export function whyNotRunning({
  servers,
  server,
  before,
  limits,
  signal,
}: TrialOptions): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let settled: NodeJS.Timeout | null = null;
    const end = (): void => {
      dispose();
      clearTimeout(late);
      if (settled) clearTimeout(settled);
      signal.removeEventListener('abort', onAbort);
    };
    const decide = (answer: string | null): void => {
      end();
      resolve(answer);
    };
    const fail = (error: unknown): void => {
      end();
      reject(error);
    };
    const onAbort = (): void => fail(signal.reason);
    const consider = (): void => {
      const view = existingServer(servers, server);
      const why = ended(view, before);
      if (why !== null) decide(why);
      else if (view.state !== 'running') {
        if (settled) clearTimeout(settled);
        settled = null;
      } else if (!settled) {
        const ms = view.definition.start_pattern === null ? limits.settleWithout : limits.settle;
        settled = setTimeout(() => decide(null), ms);
      }
    };
    const look = (): void => {
      try {
        consider();
      } catch (error) {
        fail(error);
      }
    };
    const late = setTimeout(
      () => decide(`it was not ready after ${Math.round(limits.ready / 60_000)} minutes`),
      limits.ready,
    );
    const dispose = servers.onEvent(look);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else look();
  });
}

function ended({ state, last_exit }: ServerView, before: LastExit | null): string | null {
  if (last_exit !== null && !isDeepStrictEqual(last_exit, before)) return last_exit.reason;
  return isResting(state) ? 'it could not be started; its console says why' : null;
}

/** What is refused since there is nothing to do is done already. */
export function stopIfAny(servers: Pick<Servers, 'power'>, server: string, by: string): void {
  try {
    servers.power(server, 'stop', by);
  } catch (error) {
    if (!(error instanceof LightdeckError) || !['busy', 'conflict'].includes(error.code)) throw error;
  }
}
