import type { LastExit, RestartPolicy, WireState } from '../../../shared/model/server.ts';
import type { PowerAction } from '../../../shared/protocol/client-events.ts';
import type { ExitInfo } from '../container/exit-reason.ts';

/** Each variant holds only what is true in it. `unknown` wraps what was last known while the engine is away. */
export type Phase =
  | { name: 'installing' }
  | { name: 'failed' }
  /** `pending`: it will be started again, after a crash (in a while) or since a restart was asked for (at once). */
  | { name: 'offline'; pending: 'crash' | 'asked' | null }
  | { name: 'starting'; step: 'preparing' | 'waiting'; restart: boolean; startedAt: number | null }
  | { name: 'running'; startedAt: number }
  | { name: 'stopping'; action: 'stop' | 'restart' | 'kill'; startedAt: number | null }
  | { name: 'unknown'; last: Exclude<Phase, { name: 'unknown' }> };

export interface MachineState {
  phase: Phase;
  /** What the user wants; recorded, never acted out. */
  wanted: 'running' | 'stopped';
  /** Since its install a start was begun, whatever became of it: it is not `installed` any more, but `exit` (S10). */
  everStarted: boolean;
  /** Crashes in a row; 0 again after a run of `stableRunMs`. */
  crashes: number;
  lastExit: LastExit | null;
  /** The machine has booted since this server was last looked at, and it is to be started with the host. */
  startAtBoot: boolean;
}

/** What the machine needs to know of the server's definition. */
export interface MachineConfig {
  hasPattern: boolean;
  restartPolicy: RestartPolicy;
  stopTimeoutMs: number;
}

/** What was found in the engine after it had been away (or after our own start). */
export type Observed =
  | { kind: 'running'; startedAt: number }
  | { kind: 'exited'; exit: ExitInfo }
  | { kind: 'never-started' }
  | { kind: 'absent'; at: number };

/** What a user can ask for: power, other ports (A5), a new install (A6). */
export type Command = PowerAction | 'rebind' | 'reinstall';

export type MachineEvent =
  | { type: 'command'; action: Command }
  | { type: 'install-began' }
  | { type: 'install-done' }
  | { type: 'install-failed'; reason: string }
  /** The container runs; by our start, or from outside. */
  | { type: 'container-started'; at: number }
  /** `engineAway`: since the engine could not be asked, so nobody knows how far it came. */
  | { type: 'start-failed'; reason: string; engineAway: boolean }
  | { type: 'ready' }
  | { type: 'stop-deadline' }
  | { type: 'restart-due' }
  | { type: 'exited'; exit: ExitInfo }
  /** What the last end truly came of, which was told otherwise. */
  | { type: 'exit-explained'; exit: ExitInfo }
  | { type: 'engine-lost' }
  | { type: 'engine-back'; observed: Observed };

export type Effect =
  | { type: 'install' }
  | { type: 'start' }
  /** When its turn comes: nobody at a screen waits for it. */
  | { type: 'start-in-turn' }
  /** The stop command or signal, then a deadline after `ms`. */
  | { type: 'ask-to-stop'; ms: number }
  | { type: 'sigkill' }
  | { type: 'abandon-start' }
  /** With 0 ms: now, in the same turn. */
  | { type: 'schedule-restart'; ms: number }
  | { type: 'cancel-timers' }
  | { type: 'notify'; text: string };

export type Transition = { state: MachineState; effects: Effect[] } | { refused: string };

/** The word that clients see. */
export function wireState(state: MachineState): WireState {
  switch (state.phase.name) {
    case 'offline':
      return state.everStarted ? 'exit' : 'installed';
    case 'installing':
    case 'failed':
    case 'starting':
    case 'running':
    case 'stopping':
    case 'unknown':
      return state.phase.name;
  }
}

/** The name of the action under way, or null (S13: one at a time; kill passes). */
export function actionUnderWay(phase: Phase): string | null {
  if (phase.name === 'installing') return 'install';
  if (phase.name === 'stopping') return phase.action;
  if (phase.name === 'starting' && phase.step === 'preparing') return phase.restart ? 'restart' : 'start';
  return null;
}

/** Phases in which no container of the server runs, so nothing publishes ports that its definition no longer names. */
export function isAtRest(phase: Phase): boolean {
  return phase.name === 'offline' || phase.name === 'failed' || phase.name === 'installing';
}

export const notify = (text: string): Effect => ({ type: 'notify', text });
export const offline = (pending: 'crash' | 'asked' | null = null): Phase => ({ name: 'offline', pending });
export const preparing = (restart: boolean): Phase => ({
  name: 'starting',
  step: 'preparing',
  restart,
  startedAt: null,
});
export const stay = (state: MachineState): Transition => ({ state, effects: [] });
export const to = (state: MachineState, phase: Phase, ...effects: Effect[]): Transition => ({
  state: { ...state, phase },
  effects,
});

export function startedAtOf(phase: Phase): number | null {
  return phase.name === 'running' || phase.name === 'starting' || phase.name === 'stopping'
    ? phase.startedAt
    : null;
}
