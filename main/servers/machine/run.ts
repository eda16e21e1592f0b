import { describeExit, type ExitInfo, isCrash } from '../container/exit-reason.ts';
import {
  type Effect,
  type MachineConfig,
  type MachineState,
  notify,
  offline,
  type Phase,
  stay,
  type Transition,
  to,
} from './state.ts';

/** A run this long proves that the server works: crashes are counted anew after it. */
export const stableRunMs = 60_000;
/** After this many crashes in a row nobody is helped by another try. */
export const maxCrashes = 5;

export function started(state: MachineState, at: number, config: MachineConfig): Transition {
  const { phase } = state;
  switch (phase.name) {
    case 'starting': {
      if (phase.step === 'waiting') return to(state, { ...phase, startedAt: at });
      return run(state, at, config, phase.restart ? 'Container restarted' : 'Container started');
    }
    case 'offline':
      // Somebody started it behind our back (docker start): that is a wish, too.
      return run({ ...state, wanted: 'running', crashes: 0 }, at, config, 'Container started', [
        { type: 'cancel-timers' },
      ]);
    case 'stopping':
      // A kill that came while the start was being prepared, and the start won the race.
      return phase.action === 'kill'
        ? to(state, { ...phase, startedAt: at }, { type: 'sigkill' })
        : stay(state);
    case 'unknown':
      return to(
        { ...state, wanted: 'running', everStarted: true },
        { name: 'unknown', last: nowRunning(at, config) },
      );
    case 'running':
    case 'installing':
    case 'failed':
      return stay(state);
  }
}

export function nowRunning(at: number, config: MachineConfig): Exclude<Phase, { name: 'unknown' }> {
  return config.hasPattern
    ? { name: 'starting', step: 'waiting', restart: false, startedAt: at }
    : { name: 'running', startedAt: at };
}

export function run(
  state: MachineState,
  at: number,
  config: MachineConfig,
  text: string,
  first: Effect[] = [],
): Transition {
  const next: MachineState = { ...state, everStarted: true, phase: nowRunning(at, config) };
  return { state: next, effects: [...first, notify(text)] };
}

/**
 * A start that came to nothing. While the engine is away nobody knows how far it came, and it stays wanted: `engine-back`
 * tells what is true and goes on from there.
 */
export function startFailed(
  state: MachineState,
  { reason, engineAway }: { reason: string; engineAway: boolean },
): Transition {
  const { phase } = state;
  const given = { ...state, wanted: 'stopped' as const };
  if (phase.name === 'starting' && phase.step === 'preparing') {
    if (engineAway) {
      const text = `The start is interrupted: ${reason}; it goes on when the Docker engine answers`;
      return to(state, { name: 'unknown', last: phase }, { type: 'cancel-timers' }, notify(text));
    }
    return to(given, offline(), notify(`Error: the server could not be started: ${reason}`));
  }
  if (phase.name === 'stopping' && phase.startedAt === null)
    return to(given, offline(), notify('Container stopped'));
  if (phase.name === 'unknown' && phase.last.name === 'stopping' && phase.last.startedAt === null)
    return to(given, { name: 'unknown', last: { name: 'offline', pending: null } });
  return stay(state);
}

export function ready(state: MachineState): Transition {
  const { phase } = state;
  if (phase.name === 'starting' && phase.step === 'waiting') {
    return to(state, { name: 'running', startedAt: phase.startedAt ?? 0 }, notify('Server started'));
  }
  if (phase.name === 'unknown' && phase.last.name === 'starting' && phase.last.step === 'waiting') {
    return to(state, { name: 'unknown', last: { name: 'running', startedAt: phase.last.startedAt ?? 0 } });
  }
  return stay(state);
}

export function exited(state: MachineState, exit: ExitInfo, config: MachineConfig): Transition {
  const { phase } = state;
  switch (phase.name) {
    case 'stopping': {
      const lastExit = describeExit(exit, true);
      const next: MachineState = { ...state, lastExit, crashes: 0 };
      if (phase.action === 'restart') {
        // The run has ended, and the wire says so before the next one begins.
        const again: Effect = { type: 'schedule-restart', ms: 0 };
        return to(next, offline('asked'), { type: 'cancel-timers' }, notify('Container stopped'), again);
      }
      return to(next, offline(), { type: 'cancel-timers' }, notify('Container stopped'));
    }
    case 'running':
      return ended(state, exit, phase.startedAt, config);
    case 'starting':
      return phase.step === 'waiting' ? ended(state, exit, phase.startedAt ?? exit.at, config) : stay(state);
    case 'unknown':
      return phase.last.name === 'installing' || phase.last.name === 'failed'
        ? stay(state)
        : remember(state, exit);
    case 'offline':
    case 'installing':
    case 'failed':
      return stay(state);
  }
}

/** An end that is heard of while the engine is (again) away: `engine-back` will tell the rest. */
export function remember(state: MachineState, exit: ExitInfo): Transition {
  return { state: { ...state, lastExit: describeExit(exit, state.wanted === 'stopped') }, effects: [] };
}

/** The cause of the last end came late. What followed from the end stays: a crash was one before, too. */
export function explained(state: MachineState, exit: ExitInfo): Transition {
  const { lastExit } = state;
  if (lastExit?.at !== exit.at) return stay(state);
  const known = describeExit(exit, lastExit.wanted);
  const text = `The engine told late why the server ended: ${known.reason}`;
  return { state: { ...state, lastExit: known }, effects: [notify(text)] };
}

/** A run that ended without our asking: a crash, a wish from outside, or the program's own end. */
export function ended(
  state: MachineState,
  exit: ExitInfo,
  startedAt: number,
  config: MachineConfig,
): Transition {
  const lastExit = describeExit(exit, false);
  const isOwnCrash = isCrash(exit, false) && !exit.engineWasAway;
  const end = notify(`${isOwnCrash ? 'Server crashed' : 'Server ended'}: ${lastExit.reason}`);
  const effects: Effect[] = [{ type: 'cancel-timers' }, end, notify('Container stopped')];
  const next: MachineState = { ...state, lastExit };
  if (!isCrash(exit, false) || config.restartPolicy === 'no') {
    return { state: { ...next, wanted: 'stopped', crashes: 0, phase: offline() }, effects };
  }
  // What the engine took along comes back with it, and says nothing of how well the server works.
  if (exit.engineWasAway) {
    effects.push(
      { type: 'schedule-restart', ms: restartDelay(1) },
      notify('Starting it again when the engine answers'),
    );
    return { state: { ...next, phase: offline('crash') }, effects };
  }
  if (exit.fault?.isFinal) {
    effects.push(notify('Error: it is not started again, since that would end in the same way'));
    return { state: { ...next, wanted: 'stopped', crashes: 0, phase: offline() }, effects };
  }
  const crashes = exit.at - startedAt >= stableRunMs ? 1 : state.crashes + 1;
  if (crashes > maxCrashes) {
    effects.push(
      notify(`Error: it crashed ${crashes} times in a row: giving up; start it when the cause is mended`),
    );
    return { state: { ...next, wanted: 'stopped', crashes: 0, phase: offline() }, effects };
  }
  const ms = restartDelay(crashes);
  effects.push(
    { type: 'schedule-restart', ms },
    notify(`Restarting in ${Math.round(ms / 1000)} s (try ${crashes} of ${maxCrashes})`),
  );
  return { state: { ...next, crashes, phase: offline('crash') }, effects };
}

/** 1, 2, 4, 8, 16 seconds. */
export function restartDelay(crashes: number): number {
  return Math.min(60_000, 1000 * 2 ** (crashes - 1));
}
