import {
  actionUnderWay,
  type Command,
  type MachineConfig,
  type MachineState,
  notify,
  offline,
  type Phase,
  preparing,
  startedAtOf,
  stay,
  type Transition,
  to,
} from './state.ts';

/** S13: what a command does in each phase; one action at a time, kill passes. */
export function command(state: MachineState, action: Command, config: MachineConfig): Transition {
  const { phase } = state;
  if (phase.name === 'unknown') return { refused: `can't ${action}: the Docker engine can't be reached` };
  if (action === 'kill') return kill(state);
  const busy = actionUnderWay(phase);
  if (busy) return { refused: `can't ${action} now: ${busy} is under way` };
  if (action === 'rebind') return rebind(state, config);
  if (action === 'reinstall') return reinstall(state);
  if (phase.name === 'failed') return { refused: `can't ${action}: the install failed; reinstall it first` };
  switch (action) {
    case 'start':
      if (phase.name !== 'offline') return { refused: 'the server is running already' };
      return begin(state, false);
    case 'restart':
      if (phase.name === 'offline') return begin(state, true);
      return stopping({ ...state, wanted: 'running' }, 'restart', config);
    case 'stop':
      if (phase.name === 'offline') return cancelRestart(state) ?? { refused: 'the server is not running' };
      return stopping({ ...state, wanted: 'stopped' }, 'stop', config);
  }
}

/** The new ports are written down already: what runs has to be restarted for them, else the next start takes them. */
function rebind(state: MachineState, config: MachineConfig): Transition {
  const { phase } = state;
  if (phase.name === 'offline' || phase.name === 'failed') return stay(state);
  return stopping({ ...state, wanted: 'running' }, 'restart', config);
}

/** Back to the beginning: after it the server is `installed`, as one that has never run. */
function reinstall(state: MachineState): Transition {
  if (state.phase.name !== 'offline' && state.phase.name !== 'failed') {
    return { refused: "can't reinstall: the server is running; stop it first" };
  }
  const next: MachineState = { ...state, wanted: 'stopped', everStarted: false, crashes: 0 };
  return to(next, { name: 'installing' }, { type: 'cancel-timers' }, { type: 'install' });
}

function begin(state: MachineState, restart: boolean): Transition {
  const next: MachineState = { ...state, wanted: 'running', everStarted: true, crashes: 0 };
  return to(next, preparing(restart), { type: 'cancel-timers' }, { type: 'start' });
}

function stopping(state: MachineState, action: 'stop' | 'restart', config: MachineConfig): Transition {
  const phase: Phase = { name: 'stopping', action, startedAt: startedAtOf(state.phase) };
  return to(state, phase, { type: 'cancel-timers' }, { type: 'ask-to-stop', ms: config.stopTimeoutMs });
}

function kill(state: MachineState): Transition {
  const next: MachineState = { ...state, wanted: 'stopped' };
  const { phase } = state;
  const killing: Phase = { name: 'stopping', action: 'kill', startedAt: startedAtOf(phase) };
  switch (phase.name) {
    case 'running':
    case 'stopping':
      return to(next, killing, { type: 'cancel-timers' }, { type: 'sigkill' });
    case 'starting':
      return phase.step === 'waiting'
        ? to(next, killing, { type: 'cancel-timers' }, { type: 'sigkill' })
        : to(next, killing, { type: 'cancel-timers' }, { type: 'abandon-start' });
    case 'installing':
      return { refused: "can't kill now: install is under way" };
    case 'offline':
      return cancelRestart(state) ?? { refused: 'the server is not running' };
    default:
      return { refused: 'the server is not running' };
  }
}

function cancelRestart(state: MachineState): Transition | null {
  if (state.phase.name !== 'offline' || !state.phase.pending) return null;
  const next: MachineState = { ...state, wanted: 'stopped', crashes: 0 };
  return to(next, offline(), { type: 'cancel-timers' }, notify('The pending restart was cancelled'));
}
