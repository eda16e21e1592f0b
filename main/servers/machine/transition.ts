import { command } from './commands.ts';
import { engineBack, engineLost } from './engine.ts';
import { exited, explained, ready, started, startFailed } from './run.ts';
import {
  type MachineConfig,
  type MachineEvent,
  type MachineState,
  notify,
  offline,
  preparing,
  stay,
  type Transition,
  to,
} from './state.ts';

/**
 * The only place where a server's state changes: pure, state and event in, state and effects out.
 * Only commands can be refused (the text completes `Error: …`); every other event has an answer in every phase (S10, S13).
 */
export function transition(state: MachineState, event: MachineEvent, config: MachineConfig): Transition {
  switch (event.type) {
    case 'command':
      return command(state, event.action, config);
    case 'install-began':
      return to(state, { name: 'installing' }, { type: 'cancel-timers' });
    case 'install-done':
      return state.phase.name === 'installing' ? to(state, offline()) : stay(state);
    case 'install-failed':
      return state.phase.name === 'installing'
        ? to(state, { name: 'failed' }, notify(`Error: install failed: ${event.reason}`))
        : stay(state);
    case 'container-started':
      return started(state, event.at, config);
    case 'start-failed':
      return startFailed(state, event);
    case 'ready':
      return ready(state);
    case 'stop-deadline':
      return state.phase.name === 'stopping' && state.phase.action !== 'kill'
        ? {
            state,
            effects: [
              notify(`Not stopped within ${Math.round(config.stopTimeoutMs / 1000)} s: killing it (SIGKILL)`),
              { type: 'sigkill' },
            ],
          }
        : stay(state);
    case 'restart-due':
      return state.phase.name === 'offline' && state.phase.pending
        ? to(state, preparing(state.phase.pending === 'asked'), { type: 'start' })
        : stay(state);
    case 'exited':
      return exited(state, event.exit, config);
    case 'exit-explained':
      return explained(state, event.exit);
    case 'engine-lost':
      return engineLost(state);
    case 'engine-back':
      return engineBack(state, event.observed, config);
  }
}
