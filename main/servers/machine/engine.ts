import type { ExitInfo } from '../container/exit-reason.ts';
import { exited, restartDelay, started } from './run.ts';
import {
  type MachineConfig,
  type MachineState,
  notify,
  type Observed,
  offline,
  type Phase,
  preparing,
  stay,
  type Transition,
  to,
} from './state.ts';

/** H3: what was known becomes unknown. */
export function engineLost(state: MachineState): Transition {
  const { phase } = state;
  // An install ends by its own failure, and a failed one stays failed: that is known without an engine.
  if (phase.name === 'unknown' || phase.name === 'installing' || phase.name === 'failed') return stay(state);
  return to(state, { name: 'unknown', last: phase }, { type: 'cancel-timers' });
}

/** What is true is known (again). After a boot of the machine, `auto_start` begins here. */
export function engineBack(state: MachineState, observed: Observed, config: MachineConfig): Transition {
  if (state.phase.name !== 'unknown') return stay(state);
  if (!state.startAtBoot) return found(state, observed, config);
  // Its start takes the place of a restart after the crash that a boot of the machine looks like.
  const looked = found({ ...state, startAtBoot: false }, observed, { ...config, restartPolicy: 'no' });
  if ('refused' in looked || looked.state.phase.name !== 'offline') return looked;
  return {
    state: { ...looked.state, wanted: 'running', everStarted: true, crashes: 0, phase: preparing(false) },
    effects: [...looked.effects, notify('Starting with the host (auto_start)'), { type: 'start-in-turn' }],
  };
}

function found(state: MachineState, observed: Observed, config: MachineConfig): Transition {
  if (state.phase.name !== 'unknown') return stay(state);
  const { last } = state.phase;
  const known: MachineState = { ...state, phase: last };
  switch (observed.kind) {
    case 'running':
      return foundRunning(known, last, observed.startedAt, config);
    case 'exited':
      return foundEnded(known, last, observed.exit, config);
    case 'absent': {
      const exit: ExitInfo = {
        at: observed.at,
        code: null,
        oom: false,
        outsideSignal: null,
        engineWasAway: false,
        memoryKilledAt: null,
        fault: null,
      };
      return foundEnded(known, last, exit, config);
    }
    case 'never-started':
      return foundIdle(known);
  }
}

export function foundRunning(
  state: MachineState,
  last: Exclude<Phase, { name: 'unknown' }>,
  startedAt: number,
  config: MachineConfig,
): Transition {
  if (last.name === 'running') return to(state, { name: 'running', startedAt });
  if (last.name === 'starting' && last.step === 'waiting') {
    // The pattern that it waited for may have been taken away meanwhile.
    return to(state, config.hasPattern ? { ...last, startedAt } : { name: 'running', startedAt });
  }
  if (last.name === 'stopping') {
    if (last.action === 'kill') return to(state, { ...last, startedAt }, { type: 'sigkill' });
    return to(state, { ...last, startedAt }, { type: 'ask-to-stop', ms: config.stopTimeoutMs });
  }
  return started(state, startedAt, config);
}

export function foundEnded(
  state: MachineState,
  last: Exclude<Phase, { name: 'unknown' }>,
  exit: ExitInfo,
  config: MachineConfig,
): Transition {
  if (
    last.name === 'running' ||
    last.name === 'stopping' ||
    (last.name === 'starting' && last.step === 'waiting')
  ) {
    return exited(state, exit, config);
  }
  return foundIdle(state);
}

/** Nothing runs and nothing ran: go on with what was wanted before the engine went away. */
export function foundIdle(state: MachineState): Transition {
  const { phase } = state;
  if (phase.name === 'starting') return to(state, preparing(phase.restart), { type: 'start-in-turn' });
  if (phase.name === 'offline' && phase.pending) {
    return to(state, phase, { type: 'schedule-restart', ms: restartDelay(Math.max(1, state.crashes)) });
  }
  if (phase.name === 'running' || phase.name === 'stopping') return to(state, offline());
  return stay(state);
}
