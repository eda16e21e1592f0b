import type { ServerSummary } from '../../shared/model/host.ts';
import type { Preferences } from '../../shared/model/preferences.ts';
import type { HostWatch, ShownHost } from './contract.ts';

/** What becomes of running servers, or null: the app doesn't end after all. */
export type QuitChoice = 'leave' | 'stop' | null;

export interface QuitOptions {
  host: ShownHost;
  watch: HostWatch | null;
  preferences: Preferences;
  /** Whether somebody is there to be asked: not at a signal or a shutdown. */
  canAsk: boolean;
  /** Asks what becomes of so many running servers. */
  ask: (running: number) => Promise<QuitChoice>;
  /** Closes the window; false if something in it isn't saved and the user stays. */
  leave: () => Promise<boolean>;
  /** Longest wait for servers that are asked to stop, in ms. */
  deadlineMs?: number;
  /** Told how many still run while they are waited for. */
  onWaiting?: (left: number) => void;
}

const alive = new Set(['starting', 'running', 'stopping']);
const defaultDeadlineMs = 60_000;

export const running = (servers: readonly ServerSummary[] | null): ServerSummary[] =>
  (servers ?? []).filter(({ state }) => alive.has(state));

/**
 * Ends in order: asks once if that is wanted, stops the servers if that is chosen, then closes the host. Servers that don't stop in time
 * go on running, as they would without us. False if the user thought better of it. Never rejects.
 */
export async function quitInOrder(options: QuitOptions): Promise<boolean> {
  const choice = await choose(options);
  if (choice === null || !(await options.leave())) return false;
  if (choice === 'stop' && options.watch) await stopAll(options.watch, options);
  await options.host.close();
  return true;
}

async function choose({ host, watch, preferences, canAsk, ask }: QuitOptions): Promise<QuitChoice> {
  const count = running(watch?.servers ?? null).length;
  // A host of its own right goes on without this app, and so do its servers.
  if (host.kind === 'attached' || count === 0) return 'leave';
  if (preferences.on_quit !== 'ask') return preferences.on_quit;
  return canAsk ? ask(count) : 'leave';
}

async function stopAll(watch: HostWatch, options: QuitOptions): Promise<void> {
  const { deadlineMs = defaultDeadlineMs, onWaiting } = options;
  const servers = running(watch.servers);
  await Promise.allSettled(
    servers
      .filter(({ state }) => state !== 'stopping')
      .map(({ internal_id }) => watch.power(internal_id, 'stop')),
  );
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, deadlineMs);
    const undo = watch.onChange(look);
    function done(): void {
      clearTimeout(timer);
      undo();
      resolve();
    }
    function look(): void {
      const left = running(watch.servers).length;
      onWaiting?.(left);
      if (left === 0) done();
    }
    look();
  });
}
