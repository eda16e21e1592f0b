import { LightdeckError } from '../../../shared/errors.ts';
import type { Servers, ServerView } from '../../servers/contract.ts';
import type { RunClock } from '../contract.ts';

/** How often it is looked at even if nothing is told of it, in ms. */
const lookMs = 1000;

export interface AwaitedServers {
  servers: Pick<Servers, 'get' | 'onEvent' | 'power' | 'sendCommand'>;
  clock: RunClock;
}

export interface AwaitOptions extends AwaitedServers {
  server: string;
  signal: AbortSignal;
  /** In ms; then it throws `timeout` with `tooLong`. */
  limitMs: number;
  tooLong: () => string;
}

/**
 * Resolves with what `decide` makes of the server, as soon as that isn't null; asked at each change of it, and each second. Throws what `decide`
 * throws, LightdeckError `not_found` when the server is deleted, `timeout`, or the signal's reason.
 */
export async function awaitServer<T>(
  { servers, clock, server, signal, limitMs, tooLong }: AwaitOptions,
  decide: (view: ServerView) => T | null,
): Promise<T> {
  const deadline = clock.now() + limitMs;
  while (true) {
    signal.throwIfAborted();
    const view = servers.get(server);
    if (!view) throw new LightdeckError('not_found', 'The server was deleted meanwhile');
    const decided = decide(view);
    if (decided !== null) return decided;
    if (clock.now() >= deadline) throw new LightdeckError('timeout', tooLong());
    await nextChange({ servers, clock, server, signal });
  }
}

async function nextChange({
  servers,
  clock,
  server,
  signal,
}: Pick<AwaitOptions, 'servers' | 'clock' | 'server' | 'signal'>): Promise<void> {
  const woken = new AbortController();
  const dispose = servers.onEvent((event) => {
    const id = event.type === 'changed' ? event.summary.internal_id : event.id;
    if (id === server) woken.abort();
  });
  try {
    await clock.pause(lookMs, AbortSignal.any([signal, woken.signal]));
  } finally {
    dispose();
  }
}
