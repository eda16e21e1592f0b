import type { ServerSummary } from '../../shared/model/host.ts';
import { isUp } from '../../shared/model/power.ts';
import type { Preferences } from '../../shared/model/preferences.ts';
import type { Log } from '../lib/log.ts';
import type { HostConnection, HostWatch } from './contract.ts';
import { type EndEvent, planEnd } from './end-plan.ts';
import { stopServers } from './sleep-and-shutdown.ts';

/** What becomes of running servers, or null: the app doesn't end after all. */
export type QuitChoice = 'leave' | 'stop' | null;

export interface QuitOptions {
  host: HostConnection;
  watch: HostWatch;
  preferences: Preferences;
  event: Exclude<EndEvent, 'suspend'>;
  /** Whether somebody is there to be asked: not at a signal or a shutdown. */
  canAsk: boolean;
  /** Asks what becomes of these, which run; a question that is open when `over` is aborted is closed. */
  ask: (running: readonly ServerSummary[], over: AbortSignal) => Promise<QuitChoice>;
  /** Closes the window; false if something in it isn't saved and the user stays. */
  leave: () => Promise<boolean>;
  /** So many servers are waited for now. */
  onStopping: (count: number) => void;
  /** Keeps for the next start which servers are to come back. */
  remember: (ids: readonly string[]) => void;
  /** Aborted by a user who doesn't want to wait for the servers any longer. */
  hurry: AbortSignal;
  /** Aborted by a signal or a shutdown that comes while the app asks: nobody will answer. */
  forced: AbortSignal;
  /** Longest wait for servers that are asked to stop, in ms. */
  deadlineMs?: number;
  log?: Log;
}

/** Systems that hold a shutdown back for an app do so for less than a minute. */
const deadlines = { quit: 60_000, shutdown: 40_000 } as const;

/**
 * Ends in order: asks once if that is wanted, closes the window, stops the servers if that is chosen, then closes the host. Servers that don't
 * stop in time go on running, as they would without us. False if the user thought better of it. Never rejects.
 */
export async function quitInOrder(options: QuitOptions): Promise<boolean> {
  const { host, watch, event, leave, hurry, log } = options;
  const choice = await choose(options);
  if (choice === null || !(await leave())) return false;
  const plan = planEnd({ event, onQuit: choice, host: host.kind, servers: watch.servers });
  options.remember(plan.remember);
  const { deadlineMs = deadlines[event] } = options;
  if (plan.stop.length > 0) {
    options.onStopping(plan.stop.length);
    await stopServers({ watch, ids: plan.stop, deadlineMs, signal: hurry, ...(log ? { log } : {}) });
  }
  await host.close();
  return true;
}

async function choose(options: QuitOptions): Promise<QuitChoice> {
  const { host, watch, preferences, event, canAsk, ask, forced } = options;
  const running = runningOf(watch) ?? [];
  if (preferences.on_quit !== 'ask') return preferences.on_quit;
  // A host of its own right goes on without this app, and so do its servers.
  const isQuestion = event === 'quit' && canAsk && host.kind === 'own' && running.length > 0;
  if (!isQuestion) return 'leave';
  // What is asked must stay true: the last server may end, or be deleted, while the question is open.
  const settled = new AbortController();
  const dispose = watch.onChange(() => {
    if (runningOf(watch)?.length === 0) settled.abort();
  });
  try {
    const over = AbortSignal.any([forced, settled.signal]);
    const choice = await ask(running, over);
    return over.aborted ? 'leave' : choice;
  } finally {
    dispose();
  }
}

/** The servers that run; null if nobody knows at present. */
function runningOf({ servers }: HostWatch): ServerSummary[] | null {
  return servers === null ? null : servers.filter(({ state }) => isUp(state));
}
